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

/** A file elsewhere that is compared with a base, with the SHA-256 of its bytes. */
export interface ComparedFile {
	path: string;
	hash: string;
	size: number;
	/** The file of the base with this path. */
	file_id?: string | null;
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
/** Deletes a base, and of its files those that are the caller's and in no other base. */
export const deleteKnowledge = (id: string) => remove<boolean>(`${path(id)}/delete?delete_files=true`);
/** Takes all files out; those that are the caller's and in no other base are deleted. */
export const emptyKnowledge = (id: string) => post<KnowledgeBase>(`${path(id)}/reset?delete_files=true`);

export const listKnowledgeFiles = (id: string, query: FileQuery) =>
	get<Paged<KnowledgeFile>>(`${path(id)}/files?${queryOf(query)}`);
export const listKnowledgeFolders = (id: string) => get<KnowledgeFolder[]>(`${path(id)}/folders`);
export const readKnowledgeFileAgain = (id: string, file_id: string) => post<unknown>(`${path(id)}/file/update`, { file_id });
/** Takes a file out; it is deleted too when it is the caller's and no other base holds it. */
export const removeKnowledgeFile = (id: string, file_id: string) => post<unknown>(`${path(id)}/file/remove`, { file_id });
export const moveKnowledgeFiles = (id: string, file_ids: string[], folder: string) =>
	post<{ moved: number }>(`${path(id)}/files/move`, { file_ids, folder });
/** Tells which of these files a folder of a base has not, and which of its files have the same path and other bytes. */
export const compareWithKnowledge = (id: string, files: ComparedFile[], folder: string) =>
	post<{ add: ComparedFile[]; replace: ComparedFile[] }>(`${path(id)}/sync/plan`, { files, folder });
export const renameKnowledgeFolder = (id: string, folder: string, new_folder: string) =>
	post<{ moved: number }>(`${path(id)}/folders/rename`, { folder, new_folder });
export const removeKnowledgeFolder = (id: string, folder: string) =>
	post<{ removed: number }>(`${path(id)}/folders/remove`, { folder, delete_files: true });
