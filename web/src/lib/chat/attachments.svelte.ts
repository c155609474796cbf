// What one is about to send along with a message: uploads on their way, files being read, bases and pages.
import { deleteFile, readFileAgain, type FileStatus, type StoredFile } from '$lib/api/files';
import { describeError } from '$lib/api/http';
import type { KnowledgeBase } from '$lib/api/knowledge';
import { readPage } from '$lib/api/retrieval';
import type { PickedFile } from '$lib/files/dropped';
import { isPicture, pictureOf } from '$lib/files/picture';
import { followFile } from '$lib/files/status';
import { Uploads, type Send, type Upload } from '$lib/files/uploads.svelte';
import { attachedBase, attachedFile, identityOf, type Attached } from './attached';

let numbers = 0;

/** One thing that will go along with the message. */
export class Attachment {
	readonly key = ++numbers;
	state = $state<'uploading' | 'reading' | 'ready' | 'failed'>('uploading');
	error = $state('');
	/** How far the reading has come, from 0 to 1. */
	progress = $state(0);
	item = $state.raw<Attached | null>(null);
	/** Whether it was brought here and is of no use elsewhere. */
	own = false;
	upload: Upload | null = null;
	retry: () => void = () => {};
	stop: () => void = () => {};

	constructor(
		readonly name: string,
		readonly kind: 'file' | 'base' | 'page' | 'picture' | 'note' | 'folder'
	) {}

	/** The part that is done of what is going on, from 0 to 1. */
	readonly part = $derived.by(() => (this.state === 'uploading' ? (this.upload?.part ?? 0) : this.progress));
}

export class Attachments {
	list = $state.raw<Attachment[]>([]);
	readonly busy = $derived(this.list.some(({ state }) => state === 'uploading' || state === 'reading'));
	readonly failed = $derived(this.list.some(({ state }) => state === 'failed'));
	readonly ready = $derived(!this.busy && !this.failed);
	readonly #uploads: Uploads;

	constructor(
		send?: Send,
		private readonly follow: typeof followFile = followFile,
		private readonly shrink: typeof pictureOf = pictureOf
	) {
		this.#uploads = new Uploads({}, send);
		this.#uploads.onsent = (upload) => this.#arrived(upload);
		this.#uploads.onrefused = (upload) => this.#refused(upload);
	}

	/** Uploads documents; pictures go to the model as they are. */
	addFiles(picked: readonly PickedFile[]): void {
		const files = picked.map(({ file }) => file);
		for (const file of files.filter(isPicture)) this.#addPicture(file);
		const documents = files.filter((file) => !isPicture(file)).map((file) => ({ file, folder: '' }));
		for (const upload of this.#uploads.add(documents)) {
			const attachment = new Attachment(upload.file.name, 'file');
			attachment.own = true;
			attachment.upload = upload;
			attachment.retry = () => {
				attachment.state = 'uploading';
				this.#uploads.retry(upload);
			};
			this.#put(attachment);
		}
	}

	/** Adds a file that is stored already. */
	addStored(file: StoredFile): void {
		const attachment = new Attachment(file.filename, 'file');
		attachment.item = attachedFile(file);
		attachment.retry = () => this.#readAgain(attachment, file.id);
		if (!this.#put(attachment)) return;
		if (file.data?.status === 'completed') attachment.state = 'ready';
		else this.#read(attachment, file.id);
	}

	addBase(base: KnowledgeBase): void {
		const attachment = new Attachment(base.name, 'base');
		attachment.item = attachedBase(base);
		attachment.state = 'ready';
		this.#put(attachment);
	}

	addRoom(type: 'note' | 'folder', id: string, name: string): void {
		const attachment = new Attachment(name, type);
		attachment.item = { type, id, name };
		attachment.state = 'ready';
		this.#put(attachment);
	}

	addPage(url: string): void {
		const attachment = new Attachment(url.replace(/^https?:\/\//, '').replace(/\/$/, ''), 'page');
		attachment.retry = () => void this.#fetch(attachment, url);
		if (this.#put(attachment)) attachment.retry();
	}

	/** Takes one away; what was uploaded only for this message is deleted. */
	remove(attachment: Attachment): void {
		this.list = this.list.filter((other) => other !== attachment);
		attachment.stop();
		if (attachment.upload) this.#uploads.drop(attachment.upload);
		const { item } = attachment;
		// Nobody misses it, so a failure is nobody's business.
		if (attachment.own && item?.type === 'file') void deleteFile(item.id).catch(() => {});
	}

	/** Hands over what goes with the message that is being sent. */
	take(): Attached[] {
		const items = this.list.flatMap(({ item }) => item ?? []);
		this.list = [];
		this.#uploads.clear();
		return items;
	}

	dispose(): void {
		this.#uploads.dispose();
		for (const { stop } of this.list) stop();
	}

	// What is attached already is not attached twice.
	#put(attachment: Attachment): boolean {
		const { item } = attachment;
		if (item && this.list.some((other) => other.item && identityOf(other.item) === identityOf(item))) return false;
		this.list = [...this.list, attachment];
		return true;
	}

	#arrived(upload: Upload): void {
		const attachment = this.list.find((other) => other.upload === upload);
		const stored = upload.stored;
		if (!attachment || !stored) return;
		attachment.item = attachedFile(stored);
		attachment.retry = () => this.#readAgain(attachment, stored.id);
		this.#read(attachment, stored.id);
	}

	#addPicture(file: File): void {
		const attachment = new Attachment(file.name, 'picture');
		attachment.state = 'reading';
		attachment.retry = () => {
			attachment.state = 'reading';
			this.shrink(file)
				.then((url) => {
					attachment.item = { type: 'image', url, name: file.name };
					attachment.state = 'ready';
				})
				.catch((error: unknown) => this.#fail(attachment, describeError(error)));
		};
		this.#put(attachment);
		attachment.retry();
	}

	#refused(upload: Upload): void {
		const attachment = this.list.find((other) => other.upload === upload);
		if (attachment) this.#fail(attachment, upload.error);
	}

	#read(attachment: Attachment, id: string): void {
		attachment.state = 'reading';
		attachment.progress = 0;
		attachment.stop = this.follow(id, ({ status, progress, error }: FileStatus) => {
			attachment.progress = progress ?? attachment.progress;
			if (status === 'completed') attachment.state = 'ready';
			if (status === 'failed') this.#fail(attachment, error || 'This file could not be read.');
		});
	}

	#readAgain(attachment: Attachment, id: string): void {
		attachment.state = 'reading';
		attachment.error = '';
		readFileAgain(id)
			.then(() => this.#read(attachment, id))
			.catch((error: unknown) => this.#fail(attachment, describeError(error)));
	}

	async #fetch(attachment: Attachment, url: string): Promise<void> {
		attachment.state = 'reading';
		attachment.error = '';
		try {
			attachment.item = { type: 'text', name: attachment.name, url, collection_name: await readPage(url) };
			attachment.state = 'ready';
		} catch (error) {
			this.#fail(attachment, describeError(error));
		}
	}

	#fail(attachment: Attachment, error: string): void {
		attachment.error = error;
		attachment.state = 'failed';
	}
}
