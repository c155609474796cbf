// The keyboard shortcuts of the workspace.
import { goto } from '$app/navigation';
import { panels } from './panels.svelte';

export const isApple = /mac|iphone|ipad/i.test(navigator.platform);
export const commandKey = isApple ? '⌘' : 'Ctrl';

/** Handles a key press anywhere in the window. */
export function pressShortcut(event: KeyboardEvent): void {
	if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
	const key = event.key.toLowerCase();
	if (key === 'k' && !event.shiftKey) {
		event.preventDefault();
		panels.search = !panels.search;
	}
	if (key === 'o' && event.shiftKey) {
		event.preventDefault();
		panels.drawer = false;
		void goto('/');
	}
}
