// Knowledge bases, the files in them, and who may use them.
import type { StoredFile } from './files';
import { get, post, remove } from './http';

export interface Grants {
	group_ids?: string[];
	user_ids?: string[];
}

/** null for everybody, {} for the owner alone. */
export type AccessControl = { read?: Grants; write?: Grants } | null;

export interface Person {
	id: string;
	name: string;
	email?: string;
	role?: string;
}

export interface KnowledgeBase {
	id: string;
	user_id: string;
	name: string;
	description: string;
	access_control: AccessControl;
	created_at: number;
	updated_at: number;
	user?: Person | null;
	write_access: boolean;
}

export interface KnowledgeFile extends StoredFile {
	/** Path such as "reports/2026"; empty for the top. */
	folder: string;
	knowledge_id: string;
	user?: Person | null;
}

export interface KnowledgeFolder {
	folder: string;
	/** Files directly in it; how many of them are not read yet, and how many could not be read. */
	count: number;
	unfinished: number;
	failed: number;
}

export interface Paged<Item> {
	items: Item[];
	total: number;
}

export interface FileQuery {
	query?: string;
	folder?: string;
	status?: string;
	order_by?: 'name' | 'created_at' | 'updated_at';
	direction?: 'asc' | 'desc';
	page?: number;
}

export type KnowledgeForm = Pick<KnowledgeBase, 'name' | 'description' | 'access_control'>;

export const PAGE_SIZE = 30;

const path = (id: string) => `/api/v1/knowledge/${encodeURIComponent(id)}`;

function queryOf(values: object): string {
	const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
	return String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])));
}

export const searchKnowledge = (query: string, view: '' | 'created' | 'shared', page: number, signal?: AbortSignal) =>
	get<Paged<KnowledgeBase>>(`/api/v1/knowledge/search?${queryOf({ query, view_option: view || undefined, page })}`, signal);
export const searchKnowledgeFiles = (query: string, page: number, signal?: AbortSignal) =>
	get<Paged<KnowledgeFile>>(`/api/v1/knowledge/search/files?${queryOf({ query, page })}`, signal);
export const createKnowledge = (form: KnowledgeForm) => post<KnowledgeBase>('/api/v1/knowledge/create', form);
export const readKnowledge = (id: string) => get<KnowledgeBase>(path(id));
export const updateKnowledge = (id: string, form: KnowledgeForm) => post<KnowledgeBase>(`${path(id)}/update`, form);
export const deleteKnowledge = (id: string) => remove<boolean>(`${path(id)}/delete`);
export const emptyKnowledge = (id: string) => post<KnowledgeBase>(`${path(id)}/reset`);

export const listKnowledgeFiles = (id: string, query: FileQuery) =>
	get<Paged<KnowledgeFile>>(`${path(id)}/files?${queryOf(query)}`);
export const listKnowledgeFolders = (id: string) => get<KnowledgeFolder[]>(`${path(id)}/folders`);
export const readKnowledgeFileAgain = (id: string, file_id: string) => post<unknown>(`${path(id)}/file/update`, { file_id });
/** Takes a file out; it is deleted too when it is the caller's and no other base holds it. */
export const removeKnowledgeFile = (id: string, file_id: string) => post<unknown>(`${path(id)}/file/remove`, { file_id });
export const moveKnowledgeFiles = (id: string, file_ids: string[], folder: string) =>
	post<{ moved: number }>(`${path(id)}/files/move`, { file_ids, folder });
export const renameKnowledgeFolder = (id: string, folder: string, new_folder: string) =>
	post<{ moved: number }>(`${path(id)}/folders/rename`, { folder, new_folder });
export const removeKnowledgeFolder = (id: string, folder: string) =>
	post<{ removed: number }>(`${path(id)}/folders/remove`, { folder, delete_files: true });
