// Stored chats: reading, saving, listing, searching, and the completions that write answers into them.
import type { Attached } from '$lib/chat/attached';
import type { RequestMessage } from '$lib/chat/requests';
import type { ChatBlob, Message } from '$lib/chat/types';
import { get, post, remove } from './http';

export interface ChatSummary {
	id: string;
	title: string;
	created_at: number;
	updated_at: number;
}

export interface ChatRow extends ChatSummary {
	chat: ChatBlob;
	pinned?: boolean | null;
	archived: boolean;
}

export interface CompletionRequest {
	model: string;
	messages: RequestMessage[];
	stream: true;
	chat_id: string;
	id: string;
	session_id: string;
	parent_id: string | null;
	parent_message: Message | null;
	params: Record<string, unknown>;
	/** The documents that the answer may rest on. */
	files?: Attached[];
	features?: Record<string, boolean>;
	background_tasks: Record<string, boolean>;
}

const path = (id: string) => `/api/v1/chats/${encodeURIComponent(id)}`;

export const listChats = (page: number) => get<ChatSummary[]>(`/api/v1/chats/?page=${page}`);
export const listPinnedChats = () => get<ChatSummary[]>('/api/v1/chats/pinned');
export const searchChats = (text: string, page: number, signal?: AbortSignal) =>
	get<ChatSummary[]>(`/api/v1/chats/search?text=${encodeURIComponent(text)}&page=${page}`, signal);
export const readChat = (id: string) => get<ChatRow>(path(id));
export const createChat = (chat: Partial<ChatBlob>) => post<ChatRow>('/api/v1/chats/new', { chat });
export const updateChat = (id: string, chat: Partial<ChatBlob>) => post<ChatRow>(path(id), { chat });
export const deleteChat = (id: string) => remove<boolean>(path(id));
export const togglePin = (id: string) => post<ChatRow>(`${path(id)}/pin`);

/** Starts an answer; its text arrives over the socket. */
export const startCompletion = (body: CompletionRequest) =>
	post<{ status: boolean; task_id?: string; task_ids?: string[] }>('/api/chat/completions', body);
export const listTasks = async (chatId: string) =>
	(await get<{ task_ids: string[] }>(`/api/tasks/chat/${encodeURIComponent(chatId)}`)).task_ids;
export const stopTask = (taskId: string) => post<{ status: boolean }>(`/api/tasks/stop/${encodeURIComponent(taskId)}`);
