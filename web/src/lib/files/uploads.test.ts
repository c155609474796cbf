// What uploading many files guarantees: four at a time, progress over all, failures that can be tried again.
import type { StoredFile } from '$lib/api/files';
import { ApiError } from '$lib/api/http';
import type { UploadOptions } from '$lib/api/upload';
import { describe, expect, it } from 'vitest';
import { Uploads } from './uploads.svelte';

interface Call {
	name: string;
	options: UploadOptions;
	arrive: () => void;
	fail: (error: unknown) => void;
}

/** A server that answers when the test says so. */
class Server {
	waiting: Call[] = [];
	most = 0;

	send = (file: File, options: UploadOptions) =>
		new Promise<StoredFile>((resolve, reject) => {
			const leave = (): void => void (this.waiting = this.waiting.filter((other) => other !== call));
			const call: Call = {
				name: file.name,
				options,
				arrive: () => {
					leave();
					resolve({ id: `id of ${file.name}`, filename: file.name } as StoredFile);
				},
				fail: (error) => {
					leave();
					reject(error);
				}
			};
			options.signal?.addEventListener('abort', () => call.fail(new DOMException('', 'AbortError')));
			this.waiting.push(call);
			this.most = Math.max(this.most, this.waiting.length);
		});
}

const picked = (...names: string[]) => names.map((name) => ({ file: new File(['12345'], name), folder: '' }));
const settle = () => new Promise((resolve) => setTimeout(resolve));
const states = (uploads: Uploads) => uploads.list.map(({ state }) => state);

describe('Uploads', () => {
	it('sends four at a time until all have arrived', async () => {
		const server = new Server();
		const uploads = new Uploads({ knowledgeId: 'base' }, server.send);
		const sent: string[] = [];
		uploads.onsent = ({ stored }) => sent.push(stored?.id ?? '');
		uploads.add(picked('a', 'b', 'c', 'd', 'e', 'f'));
		expect(server.waiting.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
		while (server.waiting.length) {
			server.waiting[0]?.arrive();
			await settle();
		}
		expect(server.most).toBe(4);
		expect(sent).toHaveLength(6);
		expect(uploads.list).toHaveLength(0);
	});

	it('names base and folder, below the folder that is open', () => {
		const server = new Server();
		new Uploads({ knowledgeId: 'base' }, server.send).add([{ file: new File([''], 'a'), folder: 'x/y' }], 'open');
		expect(server.waiting[0]?.options).toMatchObject({ knowledgeId: 'base', folder: 'open/x/y' });
	});

	it('tells how much of everything has been sent', () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send);
		uploads.add(picked('a', 'b'));
		server.waiting[0]?.options.progress?.(0.5);
		expect(uploads.part).toBeCloseTo(0.25);
	});

	it('keeps a refusal with its reason and sends again on demand', async () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send);
		const refused: string[] = [];
		uploads.onrefused = ({ error }) => refused.push(error);
		const [upload] = uploads.add(picked('a'));
		server.waiting[0]?.fail(new ApiError(413, 'Too large'));
		await settle();
		expect(refused).toEqual(['Too large']);
		expect(states(uploads)).toEqual(['failed']);
		uploads.retry(upload!);
		server.waiting[0]?.arrive();
		await settle();
		expect(uploads.list).toHaveLength(0);
	});

	it('keeps of many only those that were refused, when the rest has arrived', async () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send);
		uploads.add(picked('a', 'b', 'c'));
		server.waiting[1]?.fail(new ApiError(400, 'Empty'));
		await settle();
		expect(states(uploads)).toEqual(['sending', 'failed', 'sending']);
		while (server.waiting.length) {
			server.waiting[0]?.arrive();
			await settle();
		}
		expect(uploads.list.map(({ file, error }) => [file.name, error])).toEqual([['b', 'Empty']]);
	});

	it('tries again what broke on its way, but not what had been sent as a whole', async () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send, async () => {});
		uploads.add(picked('half', 'whole'));
		const [half, whole] = server.waiting;
		half?.options.progress?.(0.5);
		whole?.options.progress?.(1);
		half?.fail(new ApiError(0, 'Broken'));
		whole?.fail(new ApiError(0, 'Broken'));
		await settle();
		expect(server.waiting.map(({ name }) => name)).toEqual(['half']);
		expect(uploads.failed.map(({ file }) => file.name)).toEqual(['whole']);
	});

	it('waits and tries again by itself while the server is busy, a few times', async () => {
		const server = new Server();
		const pauses: number[] = [];
		const uploads = new Uploads({}, server.send, async (milliseconds) => void pauses.push(milliseconds));
		uploads.add(picked('a'));
		for (let attempt = 0; attempt < 4; attempt += 1) {
			server.waiting[0]?.fail(new ApiError(503, 'Busy'));
			await settle();
		}
		expect(pauses).toHaveLength(3);
		expect(states(uploads)).toEqual(['failed']);
	});

	it('gives the place of an upload that is given up to the next', async () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send);
		const [first] = uploads.add(picked('a', 'b', 'c', 'd', 'e'));
		uploads.drop(first!);
		await settle();
		expect(server.waiting.map(({ name }) => name)).toEqual(['b', 'c', 'd', 'e']);
		expect(uploads.list).toHaveLength(4);
	});

	it('begins nothing after its page was left', async () => {
		const server = new Server();
		const uploads = new Uploads({}, server.send);
		uploads.add(picked('a', 'b', 'c', 'd', 'e'));
		uploads.dispose();
		await settle();
		expect(server.waiting).toHaveLength(0);
	});
});
