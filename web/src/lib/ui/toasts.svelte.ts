// Short notices that appear in the corner and leave by themselves.
import { describeError } from '$lib/api/http';

export interface Toast {
	id: number;
	kind: 'error' | 'success' | 'info';
	text: string;
}

const LIFETIME = { error: 7000, success: 3000, info: 4500 };

let nextId = 1;
let shown = $state.raw<Toast[]>([]);

function show(kind: Toast['kind'], text: string): void {
	if (shown.some((toast) => toast.text === text)) return;
	const id = nextId++;
	shown = [...shown.slice(-3), { id, kind, text }];
	setTimeout(() => dismiss(id), LIFETIME[kind]);
}

function dismiss(id: number): void {
	shown = shown.filter((toast) => toast.id !== id);
}

export const toasts = {
	get shown(): Toast[] {
		return shown;
	},
	dismiss,
	error: (error: unknown) => show('error', describeError(error)),
	success: (text: string) => show('success', text),
	info: (text: string) => show('info', text)
};
