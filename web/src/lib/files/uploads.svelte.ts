// Uploads of many files: a few at a time, each with its progress, its failure and another try.
import type { StoredFile } from '$lib/api/files';
import { ApiError, describeError } from '$lib/api/http';
import { uploadFile, type UploadOptions } from '$lib/api/upload';
import type { PickedFile } from './dropped';

export type Send = (file: File, options: UploadOptions) => Promise<StoredFile>;

const AT_ONCE = 4;
const TRIES = 4;
const PAUSE = 1500;
const pathOf = ({ file, folder }: Upload) => `${folder}/${file.name}`;
const BUSY = new Set([429, 502, 503, 504]);

let numbers = 0;

/** One file on its way. */
export class Upload {
	readonly key = ++numbers;
	state = $state<'waiting' | 'sending' | 'sent' | 'failed'>('waiting');
	/** The part that has been sent, from 0 to 1. */
	part = $state(0);
	error = $state('');
	stored = $state.raw<StoredFile | null>(null);
	readonly control = new AbortController();

	constructor(
		readonly file: File,
		readonly folder: string
	) {}
}

export class Uploads {
	list = $state.raw<Upload[]>([]);
	/** Called with each file that has arrived. */
	onsent: (upload: Upload) => void = () => {};
	/** Called with each file that the server did not take. */
	onrefused: (upload: Upload) => void = () => {};
	#sending = 0;
	#ended = false;

	readonly open = $derived(this.list.filter(({ state }) => state === 'waiting' || state === 'sending'));
	readonly failed = $derived(this.list.filter(({ state }) => state === 'failed'));
	/** The part of all bytes that has been sent, from 0 to 1. */
	readonly part = $derived.by(() => {
		const total = this.list.reduce((sum, { file }) => sum + file.size + 1, 0);
		const sent = this.list.reduce((sum, { file, part }) => sum + (file.size + 1) * part, 0);
		return total ? sent / total : 0;
	});

	constructor(
		private readonly options: Pick<UploadOptions, 'knowledgeId'> = {},
		private readonly send: Send = uploadFile,
		private readonly pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
	) {}

	/** Queues files below a folder; answers their uploads. */
	add(picked: readonly PickedFile[], below = ''): Upload[] {
		const added = picked.map(({ file, folder }) => new Upload(file, [below, folder].filter(Boolean).join('/')));
		const paths = new Set(added.map(pathOf));
		// Whoever adds again what was refused wants another try, not a second line.
		this.list = [...this.list.filter((upload) => upload.state !== 'failed' || !paths.has(pathOf(upload))), ...added];
		this.#go();
		return added;
	}

	retry(upload: Upload): void {
		if (upload.state !== 'failed') return;
		upload.state = 'waiting';
		upload.error = '';
		this.#go();
	}

	/** Gives up an upload, or takes a finished one off the list. */
	drop(upload: Upload): void {
		this.list = this.list.filter((other) => other !== upload);
		upload.control.abort();
		this.#settle();
	}

	/** Takes off the list what has arrived. */
	clear(): void {
		this.list = this.list.filter(({ state }) => state !== 'sent');
	}

	/** Gives up everything that has not arrived. */
	dispose(): void {
		this.#ended = true;
		for (const { control } of this.open) control.abort();
	}

	#go(): void {
		for (const upload of this.list) {
			if (this.#ended || this.#sending >= AT_ONCE) return;
			if (upload.state === 'waiting') void this.#run(upload);
		}
	}

	async #run(upload: Upload): Promise<void> {
		this.#sending += 1;
		upload.state = 'sending';
		try {
			upload.stored = await this.#try(upload);
			upload.part = 1;
			upload.state = 'sent';
			this.onsent(upload);
		} catch (error) {
			upload.part = 0;
			upload.error = describeError(error);
			upload.state = 'failed';
			this.onrefused(upload);
		} finally {
			this.#sending -= 1;
			this.#go();
			this.#settle();
		}
	}

	// When nothing is on its way any more, only what needs an answer stays on the list.
	#settle(): void {
		if (this.open.length === 0) this.clear();
	}

	async #try(upload: Upload): Promise<StoredFile> {
		const { signal } = upload.control;
		for (let attempt = 1; ; attempt += 1) {
			try {
				const progress = (part: number) => (upload.part = part);
				return await this.send(upload.file, { ...this.options, folder: upload.folder || undefined, progress, signal });
			} catch (error) {
				if (signal.aborted || attempt >= TRIES || !mayTryAgain(error, upload.part)) throw error;
				await this.pause(PAUSE * attempt);
			}
		}
	}
}

// A connection that broke after everything was sent may have brought it: a second try could store it twice.
const mayTryAgain = (error: unknown, part: number) =>
	error instanceof ApiError && (BUSY.has(error.status) || (error.status === 0 && part < 1));
