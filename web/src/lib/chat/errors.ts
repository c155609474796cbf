// The text of an error that is stored with a message, whatever form the provider gave it.
import type { Message } from './types';

export function errorText(error: Message['error']): string {
	if (!error) return '';
	if (error === true) return 'Something went wrong while this answer was written.';
	return describe(error) || 'Something went wrong while this answer was written.';
}

function describe(error: unknown, depth = 0): string {
	if (typeof error === 'string') return error;
	if (!error || typeof error !== 'object' || depth > 4) return '';
	const { content, message, detail, error: inner } = error as Record<string, unknown>;
	for (const candidate of [content, message, detail, inner]) {
		const text = describe(candidate, depth + 1);
		if (text) return text;
	}
	return '';
}
