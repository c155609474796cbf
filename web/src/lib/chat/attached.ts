// What a message may carry, in the form in which it is stored with the message and sent along with a question.
import type { StoredFile } from '$lib/api/files';
import type { KnowledgeBase } from '$lib/api/knowledge';
import { pathTo } from './tree';
import type { History } from './types';

export interface AttachedFile {
	type: 'file';
	id: string;
	name: string;
	url: string;
	size?: number;
	content_type?: string;
	/** "full" for the whole text instead of the passages that fit. */
	context?: 'full';
}

export interface AttachedBase {
	type: 'collection';
	id: string;
	name: string;
	description?: string;
}

/** A web page whose text lies in a collection. */
export interface AttachedPage {
	type: 'text';
	name: string;
	url: string;
	collection_name: string;
}

/** A picture, as other clients attach them. */
export interface AttachedPicture {
	type: 'image';
	url: string;
	name?: string;
}

/** A note, or a folder of chats with the documents that belong to it. */
export interface AttachedRoom {
	type: 'note' | 'folder';
	id: string;
	name: string;
}

/** What other clients attach. */
export interface AttachedOther {
	type: 'chat' | 'url' | 'web_search';
	id?: string;
	name?: string;
	url?: string;
}

export type Attached = AttachedFile | AttachedBase | AttachedPage | AttachedPicture | AttachedRoom | AttachedOther;

export const attachedFile = ({ id, filename, meta }: StoredFile): AttachedFile => ({
	type: 'file',
	id,
	name: filename,
	url: id,
	size: meta?.size,
	content_type: meta?.content_type
});

export const attachedBase = ({ id, name, description }: KnowledgeBase): AttachedBase => ({ type: 'collection', id, name, description });

/** What makes two attachments the same. */
export const identityOf = (item: { type?: string; id?: string; collection_name?: string; url?: string }) =>
	`${item.type}:${item.id ?? item.collection_name ?? item.url ?? ''}`;

/** The documents that the messages up to `id` carry, each once: a follow-up question is about the same ones. */
export function attachedUpTo(history: History, id: string): Attached[] {
	const items = pathTo(history, id).flatMap(({ files }) => files ?? []).filter(({ type }) => type !== 'image');
	return [...new Map(items.map((item) => [identityOf(item), item])).values()];
}
