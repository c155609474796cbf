// How steps before an answer read.
import { describe, expect, it } from 'vitest';
import { describeStatus, statusLines } from './statuses';

describe('statuses', () => {
	it('have words for every step of the search', () => {
		expect(describeStatus({ action: 'knowledge_search', query: 'holidays', done: false })).toBe('Searching for “holidays”');
		expect(describeStatus({ action: 'queries_generated', queries: ['a', 'b'] })).toBe('Looking for “a”, “b”');
		expect(describeStatus({ action: 'sources_retrieved', count: 1, done: true })).toBe('Found 1 source');
		expect(describeStatus({ action: 'sources_retrieved', count: 0, done: true })).toBe('Nothing fitting was found in the documents');
		expect(describeStatus({ action: 'web_search', done: true, urls: ['a', 'b'] })).toBe('Searched the web, 2 pages');
	});

	it('prefer the words of the server and fill them', () => {
		expect(describeStatus({ action: 'web_search', description: 'Searching "{{searchQuery}}"', query: 'x' })).toBe('Searching "x"');
	});

	it('show the last state of each step, without hidden ones', () => {
		const lines = statusLines([
			{ action: 'knowledge_search', query: 'x', done: false },
			{ action: 'queries_generated', queries: ['x'], done: true, hidden: true },
			{ action: 'knowledge_search', query: 'x', done: true },
			{ action: 'something_else', done: true }
		]);
		expect(statusLines([{ action: 'knowledge_search', query: 'x', done: false }], true)[0]).toMatchObject({ text: 'Searching for “x”', done: false });
		expect(statusLines([{ action: 'knowledge_search', query: 'x', done: false }])[0]).toMatchObject({ text: 'Searched for “x”', done: true });
		expect(lines).toEqual([{ text: 'Searched for “x”', done: true, failed: false }]);
	});
});
