// What an open knowledge base guarantees: it shows what is wanted, and looks again while something is being read.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenBase } from './base.svelte';

const file = (id: string, status: string) => ({ id, filename: `${id}.md`, user_id: 'u', data: { status }, meta: {}, folder: '', knowledge_id: 'b', created_at: 0, updated_at: 0 });

describe('OpenBase', () => {
	const requests: string[] = [];
	let files = [file('a', 'pending')];
	let folders = [{ folder: '', count: 1, unfinished: 1, failed: 0 }];
	let jobs: object[] = [];

	beforeEach(() => {
		requests.length = 0;
		jobs = [];
		files = [file('a', 'pending')];
		folders = [{ folder: '', count: 1, unfinished: 1, failed: 0 }];
		vi.useFakeTimers();
		vi.stubGlobal('fetch', async (path: string, { method, body }: { method: string; body?: string }) => {
			requests.push(`${method} ${path.replace('/api/v1/knowledge/b', '')} ${body ?? ''}`.trim());
			if (path.includes('/files/jobs?')) return Response.json({ items: jobs, total: jobs.length });
			if (path.includes('/folders')) return Response.json(folders);
			if (path.includes('/files?')) return Response.json({ items: files, total: files.length });
			return Response.json({ id: 'b', name: 'B', description: '', access_control: {}, write_access: true });
		});
	});
	afterEach(() => {
		vi.useRealTimers();
		vi.unstubAllGlobals();
	});

	it('looks again until everything has been read', async () => {
		const open = new OpenBase('b');
		await open.open();
		expect(open.files?.[0]?.data?.status).toBe('pending');
		files = [file('a', 'completed')];
		folders = [{ folder: '', count: 1, unfinished: 0, failed: 0 }];
		await vi.advanceTimersByTimeAsync(5000);
		expect(open.files?.[0]?.data?.status).toBe('completed');
		requests.length = 0;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(requests).toEqual([]);
		open.dispose();
	});

	it('shows one folder, or searches all of them', async () => {
		const open = new OpenBase('b');
		await open.open();
		requests.length = 0;
		await open.show({ folder: 'reports' });
		await open.show({ query: 'may' });
		await open.show({ query: '', only: 'failed' });
		expect(requests.filter((request) => request.includes('/files?'))).toEqual([
			'GET /files?folder=reports&page=1&order_by=name&direction=asc',
			'GET /files?query=may&page=1&order_by=name&direction=asc',
			'GET /files?status=failed&page=1'
		]);
		open.dispose();
	});

	it('has all failures read again', async () => {
		const open = new OpenBase('b');
		await open.open();
		files = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => file(id, 'failed'));
		expect(await open.readFailedAgain()).toBe(6);
		expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(6);
		open.dispose();
	});

	it('lets everything that is not read wait, goes on, and gives it up', async () => {
		const open = new OpenBase('b');
		await open.open();
		requests.length = 0;
		const job = { knowledge_id: 'b', status: 'paused', total: 5, done: 1, failed: 1, cancelled: 0 };
		jobs = [{ ...job, id: 'b' }, { ...job, id: 'elsewhere', knowledge_id: 'other' }];
		await open.pauseReading();
		expect(open.reading.waiting).toBe(3);
		await open.resumeReading();
		await open.stopReading();
		expect(requests.filter((request) => request.startsWith('POST'))).toEqual([
			'POST /api/v1/files/jobs {"file_ids":["a"],"knowledge_id":"b"}',
			'POST /api/v1/files/jobs/b/pause',
			'POST /api/v1/files/jobs/b/resume',
			'POST /api/v1/files/jobs {"file_ids":["a"],"knowledge_id":"b"}',
			'POST /api/v1/files/jobs/b/cancel',
			'POST /api/v1/files/jobs/b/cancel'
		]);
		open.dispose();
	});

	it('finds all that are not read while they are being read: those that leave move the others forward', async () => {
		const names = Array.from({ length: 70 }, (_, place) => `f${place + 100}`);
		const answer = globalThis.fetch;
		const given: string[] = [];
		vi.stubGlobal('fetch', async (path: string, init: { method: string; body?: string }) => {
			if (path.endsWith('/files/jobs')) given.push(...(JSON.parse(init.body ?? '') as { file_ids: string[] }).file_ids);
			const page = /status=pending.*page=(\d+)/.exec(path)?.[1];
			if (page === undefined) return answer(path, init as RequestInit);
			const items = names.slice((Number(page) - 1) * 30, Number(page) * 30).map((name) => file(name, 'pending'));
			const total = names.length;
			names.splice(0, 5);
			return Response.json({ items, total });
		});
		const open = new OpenBase('b');
		await open.pauseReading();
		expect(names.filter((name) => !given.includes(name))).toEqual([]);
		open.dispose();
	});

	it('does one thing with several files, and keeps those chosen with which it fails', async () => {
		const open = new OpenBase('b');
		await open.open();
		const answer = globalThis.fetch;
		vi.stubGlobal('fetch', async (path: string, init: { method: string; body?: string }) =>
			init.body?.includes('"c"') ? Response.json({ detail: 'Not this one' }, { status: 400 }) : answer(path, init as RequestInit)
		);
		open.selection.toggleAll(['a', 'b', 'c', 'd', 'e', 'f']);
		await expect(open.removeAll([...open.selection.ids])).rejects.toThrow('Not this one');
		expect(requests.filter((request) => request.includes('/file/remove'))).toHaveLength(5);
		expect([...open.selection.ids]).toEqual(['c']);
		open.dispose();
	});

	it('forgets what is chosen when another list is shown, and not on another page', async () => {
		const open = new OpenBase('b');
		await open.open();
		open.selection.toggle('a');
		await open.show({ page: 2 });
		expect(open.selection.size).toBe(1);
		await open.show({ folder: 'reports' });
		expect(open.selection.size).toBe(0);
		open.dispose();
	});

	it('says why it cannot be shown', async () => {
		vi.stubGlobal('fetch', async () => Response.json({ detail: 'Not yours' }, { status: 401 }));
		const open = new OpenBase('b');
		await open.open();
		expect(open.failure).toBe('Not yours');
		open.dispose();
	});
});
