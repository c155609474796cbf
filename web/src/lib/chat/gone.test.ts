// That a chat goes on when a document of it was deleted.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Attached } from './attached';
import { findGone } from './gone';

afterEach(() => vi.unstubAllGlobals());

describe('findGone', () => {
	it('names what is missing, and gives what cannot be asked about the benefit of the doubt', async () => {
		const statuses: Record<string, number> = {
			'/api/v1/knowledge/there': 200,
			'/api/v1/knowledge/foreign': 401,
			'/api/v1/files/deleted/process/status': 404,
			'/api/v1/files/busy/process/status': 503
		};
		vi.stubGlobal('fetch', async (path: string) => new Response('{}', { status: statuses[path] ?? 500 }));
		const files: Attached[] = [
			{ type: 'collection', id: 'there', name: 'There' },
			{ type: 'collection', id: 'foreign', name: 'Foreign' },
			{ type: 'file', id: 'deleted', name: 'Deleted', url: 'deleted' },
			{ type: 'file', id: 'busy', name: 'Busy', url: 'busy' },
			{ type: 'text', name: 'Page', url: 'https://example.org', collection_name: 'c' }
		];
		expect((await findGone(files)).map(({ name }) => name)).toEqual(['Foreign', 'Deleted']);
	});
});
