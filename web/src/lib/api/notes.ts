// Notes and folders of chats, as far as they can be attached to a question.
import { get } from './http';
import type { Paged } from './knowledge';

export interface Note {
	id: string;
	title: string;
}

export interface ChatFolder {
	id: string;
	name: string;
	parent_id?: string | null;
}

/** Those that may be read; without `permission` only those that may be changed would come. */
export const searchNotes = async (query: string, signal?: AbortSignal) =>
	(await get<Paged<Note>>(`/api/v1/notes/search?${new URLSearchParams({ query, permission: 'read', page: '1' })}`, signal)).items;
export const listChatFolders = (signal?: AbortSignal) => get<ChatFolder[]>('/api/v1/folders/', signal);
