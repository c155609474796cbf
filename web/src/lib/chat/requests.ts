// What is sent to a model: the shown path of the tree as plain OpenAI messages.
import { splitSegments } from '$lib/markdown/segments';
import { pathTo } from './tree';
import type { History, Message } from './types';

type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

export interface RequestMessage {
	role: string;
	content: string | Part[];
}

/** The messages up to and including `id`, without reasoning and other stored details; pictures stand behind their text. */
export function requestMessages(history: History, id: string, system?: unknown): RequestMessage[] {
	const spoken = pathTo(history, id).map((message) => ({
		role: message.role as string,
		content: message.role === 'assistant' ? answerOnly(message.content) : withPictures(message)
	}));
	const messages = spoken.filter(({ role, content }) => role !== 'assistant' || content !== '');
	return typeof system === 'string' && system.trim() ? [{ role: 'system', content: system }, ...messages] : messages;
}

function withPictures({ content, files }: Message): RequestMessage['content'] {
	const pictures = (files ?? []).flatMap((item) => (item.type === 'image' ? { type: 'image_url' as const, image_url: { url: item.url } } : []));
	return pictures.length ? [{ type: 'text', text: content }, ...pictures] : content;
}

/** The stored content of an answer without its reasoning blocks. */
export function answerOnly(content: string): string {
	return splitSegments(content)
		.map((segment) => (segment.kind === 'text' ? segment.text : ''))
		.join('')
		.trim();
}
