// The "#…" that one types in a message to attach something, and addresses of pages in it.

export interface Mention {
	/** Where the "#" stands. */
	start: number;
	query: string;
}

const LONGEST = 500;
const MENTION = /(?:^|\s)#(\S*)$/;
const ADDRESS = /^(?:https?:\/\/|www\.)[^\s/]+\.[^\s]+$/i;

/** The mention that ends at the caret; null when there is none. */
export function mentionAt(text: string, caret: number): Mention | null {
	const before = text.slice(Math.max(0, caret - LONGEST), caret);
	const query = MENTION.exec(before)?.[1];
	// "##" begins a heading of Markdown.
	if (query === undefined || query.startsWith('#')) return null;
	return { start: caret - query.length - 1, query };
}

/** The text without the mention, and where the caret stands then. */
export function withoutMention(text: string, { start, query }: Mention): { text: string; caret: number } {
	const after = text.slice(start + 1 + query.length);
	const before = text.slice(0, start);
	return { text: before + (/\s$/.test(before) || before === '' ? after.replace(/^ /, '') : after), caret: start };
}

/** The address that a text is; null when it is none. */
export function addressIn(text: string): string | null {
	if (!ADDRESS.test(text)) return null;
	return /^www\./i.test(text) ? `https://${text}` : text;
}
