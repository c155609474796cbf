// What cutting around a passage guarantees: the server's positions, whole characters, and honesty when a file has changed.
import { describe, expect, it } from 'vitest';
import { cutAround, findPassage } from './passages';

const room = { before: 4, after: 5 };

describe('cutAround', () => {
	it('marks the passage and says what was left out', () => {
		expect(cutAround('0123456789abcdefghij', { start: 8, end: 11 }, room)).toEqual({
			before: '4567',
			marked: '89a',
			after: 'bcdef',
			more: { before: true, after: true }
		});
	});

	it('counts characters as the server does, not UTF-16 units', () => {
		const text = '😀😀 wanted 😀 rest';
		expect(cutAround(text, { start: 3, end: 9 }, { before: 99, after: 99 }).marked).toBe('wanted');
	});

	it('never cuts a character in two', () => {
		const { before, after } = cutAround('ab😀😀x😀😀cd', { start: 4, end: 5 }, { before: 1, after: 1 });
		expect(`${before}${after}`).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
	});

	it('shows the beginning without a passage', () => {
		expect(cutAround('abcdefghij', null, room)).toMatchObject({ before: '', marked: '', after: 'abcde', more: { before: false, after: true } });
	});

	it('bears positions beyond the end', () => {
		expect(cutAround('abc', { start: 10, end: 20 }, room)).toMatchObject({ before: 'abc', marked: '', after: '' });
	});
});

describe('findPassage', () => {
	const text = 'Intro. Holidays are thirty days. End.';

	it('trusts positions that hold the passage', () => {
		expect(findPassage(text, 'Holidays are thirty days.', { start: 7, end: 32 })).toEqual({ start: 7, end: 32 });
	});

	it('bears other blanks and headings that were stored above the passage', () => {
		expect(findPassage(text, 'Rules\n\nHolidays are  thirty days.', { start: 7, end: 32 })).toEqual({ start: 7, end: 32 });
	});

	it('looks for the passage when the file has moved it', () => {
		expect(findPassage(`😀 ${text}`, 'Holidays are thirty days.', { start: 0, end: 3 })).toEqual({ start: 9, end: 34 });
	});

	it('says so when it is gone', () => {
		expect(findPassage('Quite another text', 'Holidays are thirty days.', { start: 2, end: 9 })).toBeNull();
	});
});
