// Files that people brought: their state, their text, their names.
import { get, post, remove } from './http';

export type FileState = 'pending' | 'completed' | 'failed';

export interface StoredFile {
	id: string;
	user_id: string;
	filename: string;
	/** `progress` goes from 0 to 1. */
	data?: { status?: FileState; progress?: number; error?: string | null } | null;
	meta?: { name?: string; content_type?: string; size?: number; [key: string]: unknown } | null;
	created_at: number;
	updated_at: number;
}

export interface FileStatus {
	status: FileState;
	error?: string | null;
	progress?: number;
}

const path = (id: string) => `/api/v1/files/${encodeURIComponent(id)}`;

export const readFileStatus = (id: string) => get<FileStatus>(`${path(id)}/process/status`);
export const readFileText = async (id: string, signal?: AbortSignal) =>
	(await get<{ content: string }>(`${path(id)}/data/content`, signal)).content;
export const renameFile = (id: string, filename: string) => post<StoredFile>(`${path(id)}/rename`, { filename });
export const deleteFile = (id: string) => remove<unknown>(path(id));
/** Has the text of a file read once more. */
export const readFileAgain = (id: string) => post<unknown>('/api/v1/files/jobs', { file_ids: [id], again: true });
/** Where the bytes of a file are. */
export const fileAddress = (id: string) => `${path(id)}/content`;

/** The newest hundred files that the caller may see in this list: their own, or everybody's for administrators. */
export const listNewestFiles = (signal?: AbortSignal) => get<StoredFile[]>('/api/v1/files/?content=false&page=1', signal);
