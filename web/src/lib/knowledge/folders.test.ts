// What the tree of folders guarantees.
import { describe, expect, it } from 'vitest';
import { allFolders, foldersBelow, stepsTo, tidyPath, totalOf } from './folders';

const folder = (path: string, count: number, unfinished = 0, failed = 0) => ({ folder: path, count, unfinished, failed });
const FOLDERS = [folder('', 2), folder('reports/2025', 3, 1), folder('reports/2026/q1', 4, 0, 2), folder('reports10', 1), folder('reports9', 1)];

describe('folders', () => {
	it('show sums of everything below, folders without files of their own too', () => {
		expect(foldersBelow(FOLDERS, '')).toEqual([
			{ path: 'reports', name: 'reports', count: 7, unfinished: 1, failed: 2 },
			{ path: 'reports9', name: 'reports9', count: 1, unfinished: 0, failed: 0 },
			{ path: 'reports10', name: 'reports10', count: 1, unfinished: 0, failed: 0 }
		]);
		expect(foldersBelow(FOLDERS, 'reports').map(({ path, count }) => [path, count])).toEqual([
			['reports/2025', 3],
			['reports/2026', 4]
		]);
		expect(foldersBelow(FOLDERS, 'reports/2025')).toEqual([]);
	});

	it('add up to the base', () => {
		expect(totalOf(FOLDERS)).toEqual({ count: 11, unfinished: 1, failed: 2 });
	});

	it('are offered with all that lead to them', () => {
		expect(allFolders(FOLDERS)).toEqual(['reports', 'reports/2025', 'reports/2026', 'reports/2026/q1', 'reports9', 'reports10']);
		expect(stepsTo('a/b')).toEqual([
			{ name: 'a', path: 'a' },
			{ name: 'b', path: 'a/b' }
		]);
	});

	it('have tidy paths whatever was typed', () => {
		expect(tidyPath(' /a// b \\c/../ ')).toBe('a/b/c');
	});
});
