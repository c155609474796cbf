// What is sent to a model: the shown path of the tree as plain OpenAI messages.
import { splitSegments } from '$lib/markdown/segments';
import { pathTo } from './tree';
import type { History } from './types';

/** The messages up to and including `id`, without reasoning and other stored details. */
export function requestMessages(history: History, id: string, system?: unknown): { role: string; content: string }[] {
	const spoken = pathTo(history, id).map(({ role, content }) => ({
		role: role as string,
		content: role === 'assistant' ? answerOnly(content) : content
	}));
	const messages = spoken.filter(({ role, content }) => role !== 'assistant' || content.trim() !== '');
	return typeof system === 'string' && system.trim() ? [{ role: 'system', content: system }, ...messages] : messages;
}

/** The stored content of an answer without its reasoning blocks. */
export function answerOnly(content: string): string {
	return splitSegments(content)
		.map((segment) => (segment.kind === 'text' ? segment.text : ''))
		.join('')
		.trim();
}
