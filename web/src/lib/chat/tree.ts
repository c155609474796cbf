// Operations on the message tree of a chat; every one returns a new history and leaves the old one as it was.
import type { History, Message } from './types';

export const emptyHistory = (): History => ({ currentId: null, messages: {} });

/** The messages from the first one down to `id` (the shown message when left out). */
export function pathTo(history: History, id: string | null = history.currentId): Message[] {
	const path: Message[] = [];
	const seen = new Set<string>();
	for (let next = id; next && !seen.has(next); ) {
		const message: Message | undefined = history.messages[next];
		if (!message) break;
		seen.add(next);
		path.unshift(message);
		next = message.parentId;
	}
	return path;
}

/** The ids that stand beside `id`: the children of its parent, or all first messages. */
export function siblingsOf(history: History, id: string): string[] {
	const message = history.messages[id];
	if (!message) return [];
	const parent = message.parentId ? history.messages[message.parentId] : undefined;
	if (parent) return parent.childrenIds.filter((child) => child in history.messages);
	return Object.values(history.messages)
		.filter((other) => !other.parentId || !(other.parentId in history.messages))
		.sort((a, b) => a.timestamp - b.timestamp)
		.map((other) => other.id);
}

/** Adds a message below its parent and shows it. */
export function append(history: History, message: Message): History {
	const messages = { ...history.messages, [message.id]: message };
	const parent = message.parentId ? messages[message.parentId] : undefined;
	if (parent && !parent.childrenIds.includes(message.id)) {
		messages[parent.id] = { ...parent, childrenIds: [...parent.childrenIds, message.id] };
	}
	return { currentId: message.id, messages };
}

/** Changes some members of one message. */
export function change(history: History, id: string, members: Partial<Message>): History {
	const message = history.messages[id];
	if (!message) return history;
	return { ...history, messages: { ...history.messages, [id]: { ...message, ...members } } };
}

/** The youngest leaf below `id`, which is what a branch shows when one switches to it. */
export function leafOf(history: History, id: string): string {
	let current = id;
	for (const seen = new Set<string>(); !seen.has(current); ) {
		seen.add(current);
		const children = (history.messages[current]?.childrenIds ?? []).filter((child) => child in history.messages);
		const last = children.at(-1);
		if (!last) break;
		current = last;
	}
	return current;
}

/** Shows the branch that leads through `id`. */
export const showBranch = (history: History, id: string): History => ({ ...history, currentId: leafOf(history, id) });

/** Removes a message and everything below it; a sibling, else the parent, is shown instead. */
export function cut(history: History, id: string): History {
	const message = history.messages[id];
	if (!message) return history;
	const siblings = siblingsOf(history, id);
	const place = siblings.indexOf(id);
	const gone = new Set<string>([id]);
	for (const candidate of gone) {
		for (const child of history.messages[candidate]?.childrenIds ?? []) gone.add(child);
	}
	const messages = Object.fromEntries(Object.entries(history.messages).filter(([key]) => !gone.has(key)));
	const parent = message.parentId ? messages[message.parentId] : undefined;
	if (parent) messages[parent.id] = { ...parent, childrenIds: parent.childrenIds.filter((child) => child !== id) };
	const remaining: History = { currentId: history.currentId, messages };
	if (history.currentId && !gone.has(history.currentId)) return remaining;
	const heir = siblings[place - 1] ?? siblings[place + 1];
	return heir ? showBranch(remaining, heir) : { ...remaining, currentId: parent?.id ?? null };
}
