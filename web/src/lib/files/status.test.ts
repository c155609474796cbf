// What following a file guarantees when the socket tells nothing.
import type { FileStatus } from '$lib/api/files';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followFile, publicState } from './status';

describe('followFile', () => {
	let answers: [number, unknown][] = [];
	let asked = 0;
	beforeEach(() => {
		asked = 0;
		vi.useFakeTimers();
		vi.stubGlobal('fetch', async () => {
			asked += 1;
			const [status, body] = answers.shift() ?? [500, {}];
			return new Response(JSON.stringify(body), { status });
		});
	});
	afterEach(() => {
		vi.useRealTimers();
		vi.unstubAllGlobals();
	});

	async function follow(...given: [number, unknown][]) {
		answers = given;
		const told: FileStatus[] = [];
		const stop = followFile('f', (status) => told.push(status));
		await vi.advanceTimersByTimeAsync(60_000);
		stop();
		return told;
	}

	it('asks until the file has been read, through failures of the server', async () => {
		const told = await follow([200, { status: 'pending', progress: 0.2 }], [503, {}], [200, { status: 'completed', progress: 1 }], [200, { status: 'pending' }]);
		expect(told.map(({ status, progress }) => [status, progress])).toEqual([
			['pending', 0.2],
			['completed', 1]
		]);
		expect(asked).toBe(3);
	});

	it('tells why it failed, and when the file is gone', async () => {
		expect(await follow([200, { status: 'failed', error: 'Damaged' }])).toMatchObject([{ status: 'failed', error: 'Damaged' }]);
		expect(await follow([404, { detail: 'gone' }])).toMatchObject([{ status: 'failed', error: 'This file is no longer there.' }]);
	});

	it('is over when nobody listens', async () => {
		answers = [[200, { status: 'pending' }]];
		followFile('f', () => {})();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(asked).toBeLessThanOrEqual(1);
	});
});

describe('publicState', () => {
	it('knows the words of the worker too', () => {
		expect(['processing', 'pending', undefined, 'cancelled', 'failed', 'completed'].map(publicState)).toEqual(['pending', 'pending', 'pending', 'failed', 'failed', 'completed']);
	});
});
