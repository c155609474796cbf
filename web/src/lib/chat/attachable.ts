// What can be attached by "#": knowledge bases, files, notes and folders with a name that fits.
import { listNewestFiles, type StoredFile } from '$lib/api/files';
import { searchKnowledge, searchKnowledgeFiles, type KnowledgeBase, type KnowledgeFile } from '$lib/api/knowledge';
import { listChatFolders, searchNotes, type ChatFolder, type Note } from '$lib/api/notes';
import { mayUseFolders, mayUseNotes } from '$lib/session/permissions';
import { session } from '$lib/session/session.svelte';

export type AttachableFile = StoredFile & Partial<KnowledgeFile>;

export interface Found {
	bases: KnowledgeBase[];
	files: AttachableFile[];
	notes: Note[];
	folders: ChatFolder[];
}

export const NOTHING: Found = { bases: [], files: [], notes: [], folders: [] };

const MOST = 6;
const FEW = 4;
// The rest is shown without them.
const none = () => [];

export class Attachable {
	// What was brought to chats lies in no base, so it is looked for here; read once.
	#own: StoredFile[] | null = null;
	#folders: ChatFolder[] | null = null;

	async find(wanted: string, signal: AbortSignal): Promise<Found> {
		const [bases, inBases, newest, notes, folders] = await Promise.all([
			searchKnowledge(wanted, '', 1, signal),
			searchKnowledgeFiles(wanted, 1, signal),
			this.#own ?? listNewestFiles(signal),
			mayUseNotes() ? searchNotes(wanted, signal).catch(none) : [],
			this.#folders ?? (mayUseFolders() ? listChatFolders(signal).catch(none) : [])
		]);
		signal.throwIfAborted();
		this.#own = newest;
		this.#folders = folders;
		const fits = (name: string) => name.toLowerCase().includes(wanted.toLowerCase());
		const mine = newest.filter(({ user_id, filename }) => user_id === session.user?.id && fits(filename));
		return {
			bases: bases.items.slice(0, MOST),
			files: [...new Map([...inBases.items, ...mine].map((file) => [file.id, file])).values()].slice(0, MOST),
			notes: notes.slice(0, FEW),
			folders: folders.filter(({ name }) => fits(name)).slice(0, FEW)
		};
	}
}
