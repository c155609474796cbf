// What attaching guarantees: a message goes when everything is read, and failures say why.
import type { FileStatus, StoredFile } from '$lib/api/files';
import { ApiError } from '$lib/api/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attachments } from './attachments.svelte';

const stored = (id: string, status: 'pending' | 'completed' = 'pending') =>
	({ id, filename: `${id}.md`, user_id: 'u', data: { status }, meta: { size: 3 }, created_at: 0, updated_at: 0 }) as StoredFile;
const settle = () => new Promise((resolve) => setTimeout(resolve));
const states = ({ list }: Attachments) => list.map(({ state }) => state);

/** Remembers who follows which file. */
function follower() {
	const listeners = new Map<string, (status: FileStatus) => void>();
	const follow = (id: string, listener: (status: FileStatus) => void) => {
		listeners.set(id, listener);
		return () => listeners.delete(id);
	};
	return { listeners, follow };
}

describe('Attachments', () => {
	const requests: string[] = [];
	beforeEach(() => {
		requests.length = 0;
		vi.stubGlobal('fetch', async (path: string, { method, body }: { method: string; body?: string }) => {
			requests.push(`${method} ${path} ${body ?? ''}`.trim());
			return new Response(JSON.stringify({ status: true, collection_name: 'page-1' }));
		});
	});
	afterEach(() => vi.unstubAllGlobals());

	it('goes from uploading over reading to ready', async () => {
		const { listeners, follow } = follower();
		const attachments = new Attachments(async () => stored('a'), follow);
		attachments.addFiles([{ file: new File(['x'], 'a.md'), folder: 'ignored' }]);
		expect(states(attachments)).toEqual(['uploading']);
		await settle();
		expect(states(attachments)).toEqual(['reading']);
		expect(attachments.ready).toBe(false);
		listeners.get('a')?.({ status: 'pending', progress: 0.4 });
		expect(attachments.list[0]?.part).toBe(0.4);
		listeners.get('a')?.({ status: 'completed' });
		expect(attachments.ready).toBe(true);
		expect(attachments.take()).toEqual([{ type: 'file', id: 'a', name: 'a.md', url: 'a', size: 3, content_type: undefined }]);
		expect(attachments.list).toEqual([]);
	});

	it('keeps why an upload was refused, and sends it again', async () => {
		const { follow } = follower();
		let tries = 0;
		const send = async () => {
			tries += 1;
			if (tries === 1) throw new ApiError(413, 'Too large');
			return stored('a');
		};
		const attachments = new Attachments(send, follow);
		attachments.addFiles([{ file: new File(['x'], 'a.md'), folder: '' }]);
		await settle();
		expect(attachments.list[0]).toMatchObject({ state: 'failed', error: 'Too large' });
		expect(attachments.ready).toBe(false);
		attachments.list[0]?.retry();
		await settle();
		expect(states(attachments)).toEqual(['reading']);
	});

	it('has a file that could not be read read once more', async () => {
		const { listeners, follow } = follower();
		const attachments = new Attachments(async () => stored('a'), follow);
		attachments.addStored(stored('a'));
		listeners.get('a')?.({ status: 'failed', error: 'No text in it' });
		expect(attachments.list[0]).toMatchObject({ state: 'failed', error: 'No text in it' });
		attachments.list[0]?.retry();
		await settle();
		expect(requests).toEqual(['POST /api/v1/files/jobs {"file_ids":["a"],"again":true}']);
		expect(states(attachments)).toEqual(['reading']);
	});

	it('deletes what was uploaded for a message that does not want it any more, and nothing else', async () => {
		const { follow } = follower();
		const attachments = new Attachments(async () => stored('new'), follow);
		attachments.addFiles([{ file: new File(['x'], 'new.md'), folder: '' }]);
		attachments.addStored(stored('old', 'completed'));
		await settle();
		for (const attachment of attachments.list) attachments.remove(attachment);
		await settle();
		expect(requests).toEqual(['DELETE /api/v1/files/new']);
		expect(attachments.list).toEqual([]);
	});

	it('attaches nothing twice', () => {
		const attachments = new Attachments(async () => stored('a'), follower().follow);
		attachments.addStored(stored('a', 'completed'));
		attachments.addStored(stored('a', 'completed'));
		expect(attachments.list).toHaveLength(1);
	});

	it('makes pictures small and gives them to the model instead of uploading them', async () => {
		const attachments = new Attachments(undefined, undefined, async (file) => `data:image/jpeg;base64,${file.size}`);
		attachments.addFiles([{ file: new File(['1234'], 'shot.png', { type: 'image/png' }), folder: '' }]);
		expect(attachments.ready).toBe(false);
		await settle();
		expect(requests).toEqual([]);
		expect(attachments.take()).toEqual([{ type: 'image', url: 'data:image/jpeg;base64,4', name: 'shot.png' }]);
	});

	it('reads a page when it is attached', async () => {
		const attachments = new Attachments();
		attachments.addPage('https://example.org/');
		await settle();
		expect(attachments.take()).toEqual([{ type: 'text', name: 'example.org', url: 'https://example.org/', collection_name: 'page-1' }]);
	});
});
