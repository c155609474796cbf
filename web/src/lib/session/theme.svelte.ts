// The chosen theme; static/theme.js applies it before the first paint, this module afterwards.
import { readLocal, writeLocal } from '$lib/browser/storage';

export type Theme = 'system' | 'light' | 'dark';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const stored = readLocal('theme');

let choice = $state<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');

function apply(): void {
	const dark = choice === 'dark' || (choice === 'system' && systemIsDark.matches);
	document.documentElement.classList.toggle('dark', dark);
	document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#161615' : '#ffffff');
}

systemIsDark.addEventListener('change', apply);

export const theme = {
	get choice(): Theme {
		return choice;
	},
	choose(next: Theme): void {
		choice = next;
		writeLocal('theme', next);
		apply();
	}
};
