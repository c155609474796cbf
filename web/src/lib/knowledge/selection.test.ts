// What a selection guarantees: single files, ranges, everything shown, and nothing that is gone.
import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte';

const shown = ['a', 'b', 'c', 'd', 'e'];

describe('Selection', () => {
	it('turns single files over', () => {
		const selection = new Selection();
		selection.toggle('b');
		selection.toggle('d');
		selection.toggle('b');
		expect([...selection.ids]).toEqual(['d']);
	});

	it.each([
		['b', 'd', ['b', 'c', 'd']],
		['d', 'b', ['d', 'b', 'c']],
		['x', 'b', ['x', 'b']]
	])('takes all between %s and %s', (from, to, expected) => {
		const selection = new Selection();
		selection.toggle(from, shown);
		selection.toggle(to, shown, true);
		expect([...selection.ids].toSorted()).toEqual(expected.toSorted());
	});

	it('lets go of all between two as well', () => {
		const selection = new Selection();
		selection.toggleAll(shown);
		selection.toggle('b', shown);
		selection.toggle('d', shown, true);
		expect([...selection.ids]).toEqual(['a', 'e']);
	});

	it('takes all that are shown, and lets go of them, beside those of other pages', () => {
		const selection = new Selection();
		selection.toggle('x');
		selection.toggleAll(shown);
		expect(selection.size).toBe(6);
		expect(selection.hasAll(shown)).toBe(true);
		selection.toggleAll(shown);
		expect([...selection.ids]).toEqual(['x']);
		expect(selection.hasAll([])).toBe(false);
	});

	it('forgets what is gone, or everything', () => {
		const selection = new Selection();
		selection.toggleAll(shown);
		selection.clear(['a', 'b', 'x']);
		expect(selection.size).toBe(3);
		selection.clear();
		expect(selection.size).toBe(0);
	});
});
