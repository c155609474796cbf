// One open knowledge base: its folders, the page of its files that is shown, and what is done with them.
import { renameFile } from '$lib/api/files';
import { describeError } from '$lib/api/http';
import {
	deleteKnowledge,
	emptyKnowledge,
	listKnowledgeFiles,
	listKnowledgeFolders,
	moveKnowledgeFiles,
	PAGE_SIZE,
	readKnowledge,
	readKnowledgeFileAgain,
	removeKnowledgeFile,
	removeKnowledgeFolder,
	renameKnowledgeFolder,
	updateKnowledge,
	type FileQuery,
	type KnowledgeBase,
	type KnowledgeFile,
	type KnowledgeFolder,
	type KnowledgeForm
} from '$lib/api/knowledge';
import { onFileNews, type FileNews } from '$lib/files/status';
import { Uploads } from '$lib/files/uploads.svelte';
import { connection } from '$lib/socket/connection';
import { foldersBelow, totalOf } from './folders';
import { Selection } from './selection.svelte';

export type Only = '' | 'failed';

const LOOK_AGAIN = 5000;
const SOON = 400;
const AT_ONCE = 4;

export class OpenBase {
	base = $state.raw<KnowledgeBase | null>(null);
	folders = $state.raw<KnowledgeFolder[]>([]);
	files = $state.raw<KnowledgeFile[] | null>(null);
	total = $state(0);
	failure = $state('');
	folder = $state('');
	query = $state('');
	only = $state<Only>('');
	page = $state(1);
	readonly uploads: Uploads;
	readonly selection = new Selection();
	#asked = 0;
	#soon: ReturnType<typeof setTimeout> | undefined;
	#again: ReturnType<typeof setTimeout> | undefined;
	#ended = false;
	#stops: (() => void)[];

	readonly sums = $derived(totalOf(this.folders));
	readonly pages = $derived(Math.max(1, Math.ceil(this.total / PAGE_SIZE)));
	/** Whether all folders are searched instead of one being shown. */
	readonly searching = $derived(this.query !== '' || this.only !== '');
	readonly subfolders = $derived(this.searching ? [] : foldersBelow(this.folders, this.folder));

	constructor(readonly id: string) {
		this.uploads = new Uploads({ knowledgeId: id });
		this.uploads.onsent = () => this.#loadSoon();
		this.#stops = [onFileNews((news) => this.#take(news)), connection.on('connect', () => this.#loadSoon())];
	}

	/** Reads everything; what cannot be read is said in `failure`. */
	async open(): Promise<void> {
		this.failure = '';
		try {
			[this.base] = await Promise.all([readKnowledge(this.id), this.load()]);
		} catch (error) {
			this.failure = describeError(error);
		}
	}

	dispose(): void {
		this.#ended = true;
		clearTimeout(this.#soon);
		clearTimeout(this.#again);
		for (const stop of this.#stops) stop();
		this.uploads.dispose();
	}

	/** Reads the folders and the page of files that is wanted. */
	async load(): Promise<void> {
		const ask = ++this.#asked;
		const [folders, { items, total }] = await Promise.all([listKnowledgeFolders(this.id), listKnowledgeFiles(this.id, this.#wanted())]);
		// A slower answer to an older question is out of date.
		if (ask !== this.#asked || this.#ended) return;
		this.folders = folders;
		this.files = items;
		this.total = total;
		if (items.length === 0 && this.page > 1) return this.show({ page: this.pages });
		this.#lookAgain();
	}

	async show(change: { folder?: string; query?: string; only?: Only; page?: number }): Promise<void> {
		// What is chosen on several pages stays together; in another list nobody would see it.
		if (change.folder !== undefined || change.query !== undefined || change.only !== undefined) this.selection.clear();
		this.folder = change.folder ?? this.folder;
		this.query = change.query ?? this.query;
		this.only = change.only ?? this.only;
		this.page = change.page ?? 1;
		await this.load();
	}

	async describe(form: Partial<KnowledgeForm>): Promise<void> {
		if (!this.base) return;
		const { name, description, access_control } = { ...this.base, ...form };
		const stored = await updateKnowledge(this.id, { name, description, access_control });
		this.base = { ...this.base, ...stored, user: stored.user ?? this.base.user };
	}

	async rename(file: KnowledgeFile, name: string): Promise<void> {
		await renameFile(file.id, name);
		await this.load();
	}

	async moveAll(ids: string[], folder: string): Promise<void> {
		await moveKnowledgeFiles(this.id, ids, folder);
		this.selection.clear(ids);
		await this.load();
	}

	async remove(file: KnowledgeFile): Promise<void> {
		await removeKnowledgeFile(this.id, file.id);
		this.selection.clear([file.id]);
		await this.load();
	}

	/** Takes several files out; those that cannot be taken out stay chosen, and the first reason is thrown. */
	removeAll(ids: string[]): Promise<void> {
		return this.#each(ids, (id) => removeKnowledgeFile(this.id, id));
	}

	async readAgain(file: KnowledgeFile): Promise<void> {
		this.#take({ id: file.id, status: 'pending', progress: 0 });
		await readKnowledgeFileAgain(this.id, file.id);
		await this.load();
	}

	/** Has several files read again; those that cannot be stay chosen, and the first reason is thrown. */
	readAllAgain(ids: string[]): Promise<void> {
		return this.#each(ids, (id) => readKnowledgeFileAgain(this.id, id));
	}

	/** Has all files read again that could not be read; answers how many. */
	async readFailedAgain(): Promise<number> {
		const waiting: string[] = [];
		for (let page = 1; ; page += 1) {
			const { items, total } = await listKnowledgeFiles(this.id, { status: 'failed', order_by: 'name', direction: 'asc', page });
			waiting.push(...items.map(({ id }) => id));
			if (items.length === 0 || waiting.length >= total) break;
		}
		await this.readAllAgain(waiting);
		await this.show({ only: '' });
		return waiting.length;
	}

	async renameFolder(path: string, next: string): Promise<void> {
		await renameKnowledgeFolder(this.id, path, next);
		await this.load();
	}

	async removeFolder(path: string): Promise<void> {
		await removeKnowledgeFolder(this.id, path);
		await this.load();
	}

	async empty(): Promise<void> {
		await emptyKnowledge(this.id);
		await this.show({ folder: '', query: '', only: '' });
	}

	async delete(): Promise<void> {
		await deleteKnowledge(this.id);
	}

	async #each(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<void> {
		const waiting = [...ids];
		const failures: unknown[] = [];
		const some = async () => {
			for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
				try {
					await work(id);
					this.selection.clear([id]);
				} catch (error) {
					failures.push(error);
				}
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, some));
		await this.load();
		if (failures.length) throw failures[0];
	}

	#wanted(): FileQuery {
		const { query, page } = this;
		const order: Pick<FileQuery, 'order_by' | 'direction'> = this.only ? {} : { order_by: 'name', direction: 'asc' };
		if (this.searching) return { query: query || undefined, status: this.only || undefined, page, ...order };
		return { folder: this.folder, page, ...order };
	}

	// What is shown changes at once; the counts of the folders follow when things calm down.
	#take({ id, status, progress, error }: FileNews): void {
		const known = this.files?.find((file) => file.id === id);
		if (!known) {
			// It may lie in another folder of this base, or in another base.
			if (status !== 'pending' && this.sums.unfinished) this.#loadSoon();
			return;
		}
		const changed = { ...known, data: { ...known.data, status, progress, error } };
		this.files = this.files?.map((file) => (file.id === id ? changed : file)) ?? null;
		if (status !== 'pending') this.#loadSoon();
	}

	#loadSoon(): void {
		if (this.#ended || this.#soon) return;
		this.#soon = setTimeout(() => {
			this.#soon = undefined;
			// The next look comes by itself; a server that is away says so at the top of the page.
			void this.load().catch(() => this.#lookAgain());
		}, SOON);
	}

	// Events may be lost, so as long as something is being read it is looked up too.
	#lookAgain(): void {
		clearTimeout(this.#again);
		if (this.#ended || this.sums.unfinished === 0) return;
		this.#again = setTimeout(() => void this.load().catch(() => this.#lookAgain()), LOOK_AGAIN);
	}
}
