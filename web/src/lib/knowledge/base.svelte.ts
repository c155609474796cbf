// One open knowledge base: its folders, the page of its files that is shown, and what is done with them.
import { renameFile, type FileState } from '$lib/api/files';
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
import type { PickedFile } from '$lib/files/dropped';
import { followFile, onFileNews, type FileNews } from '$lib/files/status';
import { Uploads, type Upload } from '$lib/files/uploads.svelte';
import { connection } from '$lib/socket/connection';
import { compare } from './adding';
import { foldersBelow, totalOf } from './folders';
import { Reading } from './reading.svelte';
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
	readonly reading: Reading;
	#asked = 0;
	#soon: ReturnType<typeof setTimeout> | undefined;
	#again: ReturnType<typeof setTimeout> | undefined;
	#ended = false;
	#stops: (() => void)[];
	#former = new Map<Upload, string>();

	readonly sums = $derived(totalOf(this.folders));
	readonly pages = $derived(Math.max(1, Math.ceil(this.total / PAGE_SIZE)));
	/** Whether all folders are searched instead of one being shown. */
	readonly searching = $derived(this.query !== '' || this.only !== '');
	readonly subfolders = $derived(this.searching ? [] : foldersBelow(this.folders, this.folder));

	constructor(readonly id: string) {
		this.uploads = new Uploads({ knowledgeId: id });
		this.reading = new Reading(id);
		this.uploads.onsent = (upload) => {
			this.#replace(upload);
			this.#loadSoon();
		};
		this.#stops = [onFileNews((news) => this.#take(news)), connection.on('connect', () => this.#loadSoon())];
	}

	/** Reads everything; what cannot be read is said in `failure`. */
	async open(): Promise<void> {
		this.failure = '';
		try {
			[this.base] = await Promise.all([readKnowledge(this.id), this.load()]);
			if (this.base.write_access && this.sums.unfinished) await this.reading.look();
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
		if (this.reading.paused.length) await this.reading.look();
		this.#lookAgain();
	}

	/** Uploads what this base does not hold in the open folder; answers how many it holds already. */
	async add(picked: PickedFile[]): Promise<number> {
		const { folder } = this;
		const { files, former, same } = this.sums.count ? await compare(this.id, folder, picked) : { files: picked, former: new Map<PickedFile, string>(), same: 0 };
		if (this.#ended) return same;
		this.uploads.add(files, folder).forEach((upload, place) => {
			const old = former.get(files[place]!);
			if (old) this.#former.set(upload, old);
		});
		return same;
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
		const waiting = await this.#idsOf('failed');
		await this.readAllAgain(waiting);
		await this.show({ only: '' });
		return waiting.length;
	}

	/** Lets the files that are not read yet wait until `resumeReading`. */
	async pauseReading(): Promise<void> {
		await this.reading.pause(await this.#idsOf('pending'));
		await this.load();
	}

	async resumeReading(): Promise<void> {
		await this.reading.resume();
		await this.load();
	}

	/** Gives up the files that are not read yet. */
	async stopReading(): Promise<void> {
		await this.reading.stop(await this.#idsOf('pending'));
		await this.load();
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

	// Files that leave the list meanwhile move others to earlier pages, so the last page is read first.
	async #idsOf(status: FileState): Promise<string[]> {
		const read = (page: number) => listKnowledgeFiles(this.id, { status, order_by: 'name', direction: 'asc', page });
		const first = await read(1);
		const ids = new Set<string>();
		for (let page = Math.ceil(first.total / PAGE_SIZE); page >= 1; page -= 1) {
			for (const { id } of (await read(page)).items) ids.add(id);
		}
		return [...ids];
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

	// The former version is found until the new one has been read, and stays when that one cannot be.
	#replace(upload: Upload): void {
		const [old, stored] = [this.#former.get(upload), upload.stored];
		if (!old || !stored) return;
		this.#former.delete(upload);
		const stop = followFile(stored.id, ({ status }) => {
			if (status === 'completed') void removeKnowledgeFile(this.id, old).then(() => this.#loadSoon(), () => {});
		});
		this.#stops.push(stop);
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
