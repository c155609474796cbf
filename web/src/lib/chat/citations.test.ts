// What citations guarantee: the numbers that the model was given, one per document.
import { describe, expect, it } from 'vitest';
import { attachedUpTo } from './attached';
import { citationsOf, placeOf } from './citations';
import { append, emptyHistory } from './tree';
import type { Message, Source } from './types';

const base = { type: 'collection', id: 'base', name: 'Handbook' };
const facts = (file: string, more = {}) => ({ name: `${file}.pdf`, source: `${file}.pdf`, file_id: file, ...more });

describe('citationsOf', () => {
	it('numbers documents in the order of their first passage, over all sources', () => {
		const sources: Source[] = [
			{
				source: base,
				document: ['one', 'two', 'three'],
				metadata: [facts('a', { page: 4, start_index: 10, end_index: 13, headings: ['Rules', 'Holidays'] }), facts('b'), facts('a', { start_index: 90 })]
			},
			{ source: { type: 'text', name: 'example.org' }, document: ['page'], metadata: [{ name: 'Example', source: 'https://example.org/' }] }
		];
		const citations = citationsOf(sources);
		expect(citations.map(({ number, name, fileId, link, passages }) => [number, name, fileId, link, passages.length])).toEqual([
			[1, 'a.pdf', 'a', null, 2],
			[2, 'b.pdf', 'b', null, 1],
			[3, 'Example', null, 'https://example.org/', 1]
		]);
		expect(citations[0]?.passages[0]).toEqual({ text: 'one', page: 4, headings: ['Rules', 'Holidays'], span: { start: 10, end: 13 } });
		expect(citations[0]?.passages[1]?.span).toEqual({ start: 90, end: 95 });
		expect(placeOf(citations[0]!.passages[0]!)).toBe('page 4 · Rules › Holidays');
	});

	it('bears what other clients store', () => {
		expect(citationsOf([{}, { source: { name: 'tool/search' }, document: ['x'], metadata: [] }]).map(({ number, name }) => [number, name])).toEqual([
			[1, 'Source 1'],
			[2, 'tool/search']
		]);
	});

	it('never makes a link of what is none', () => {
		expect(citationsOf([{ document: ['x'], metadata: [{ source: 'javascript:alert(1)' }] }])[0]?.link).toBeNull();
	});
});

describe('attachedUpTo', () => {
	it('carries the documents of earlier questions on, each once', () => {
		const message = (id: string, parentId: string | null, files?: Message['files']): Message => ({
			id,
			parentId,
			childrenIds: [],
			role: 'user',
			content: id,
			timestamp: 0,
			files
		});
		const first = { type: 'collection', id: 'x', name: 'X' } as const;
		const second = { type: 'file', id: 'x', name: 'x.md', url: 'x' } as const;
		const picture = { type: 'image', url: 'data:image/jpeg;base64,', name: 'p' } as const;
		const history = [message('a', null, [first]), message('b', 'a'), message('c', 'b', [first, second, picture])].reduce(append, emptyHistory());
		expect(attachedUpTo(history, 'b')).toEqual([first]);
		expect(attachedUpTo(history, 'c')).toEqual([first, second]);
	});
});
