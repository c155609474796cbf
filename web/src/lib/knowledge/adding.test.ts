// @vitest-environment node
// Which files are uploaded when some of them are in the base already; jsdom's files cannot be read.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compare } from './adding';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const picked = (folder: string, name: string, text: string) => ({ file: new File([text], name), folder });

describe('compare', () => {
	let asked: unknown;
	let answer: object;

	beforeEach(() => {
		answer = { add: [], replace: [] };
		vi.stubGlobal('localStorage', { getItem: () => null });
		vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
			asked = JSON.parse(body);
			return Response.json(answer);
		});
	});
	afterEach(() => vi.unstubAllGlobals());

	it('tells the path, digest and size of each file, and leaves out what is there', async () => {
		const file = picked('a/b', 'x.txt', 'hello');
		expect(await compare('base', 'top', [file])).toEqual({ files: [], former: new Map(), same: 1 });
		expect(asked).toEqual({ folder: 'top', files: [{ path: 'a/b/x.txt', hash: HELLO, size: 5 }] });
	});

	it('uploads what is new, and what has changed in the place of its former version', async () => {
		const [kept, changed, added] = [picked('', 'kept', '1'), picked('', 'changed', '2'), picked('', 'added', '3')];
		answer = { add: [{ path: 'added' }], replace: [{ path: 'changed', file_id: 'old' }] };
		const found = await compare('base', '', [kept, changed, added]);
		expect(found).toEqual({ files: [changed, added], former: new Map([[changed, 'old']]), same: 1 });
	});

	it('uploads everything where nothing can be digested', async () => {
		vi.stubGlobal('crypto', {});
		const files = [picked('', 'a', '1')];
		expect(await compare('base', '', files)).toEqual({ files, former: new Map(), same: 0 });
	});

	it('uploads what cannot be read, which then says why', async () => {
		const broken = { file: Object.assign(new File(['1'], 'broken'), { arrayBuffer: () => Promise.reject(new Error('gone')) }), folder: '' };
		expect((await compare('base', '', [broken, picked('', 'a', '1')])).files).toEqual([broken]);
	});
});
