// What the operations on the message tree guarantee.
import { describe, expect, it } from 'vitest';
import { append, change, cut, emptyHistory, leafOf, pathTo, showBranch, siblingsOf } from './tree';
import type { History, Message } from './types';

const message = (id: string, parentId: string | null, role: Message['role'] = 'user', timestamp = 0): Message => ({
	id,
	parentId,
	childrenIds: [],
	role,
	content: id,
	timestamp
});

const build = (...edges: [string, string | null][]): History =>
	edges.reduce((history, [id, parent]) => append(history, message(id, parent)), emptyHistory());

// u1 ─ a1 ─ u2 ─ a2
//    └ b1
const branched = () => build(['u1', null], ['a1', 'u1'], ['u2', 'a1'], ['a2', 'u2'], ['b1', 'u1']);

describe('the message tree', () => {
	it('shows the path to the message that was added last', () => {
		expect(pathTo(branched()).map(({ id }) => id)).toEqual(['u1', 'b1']);
	});

	it('knows siblings, also of first messages', () => {
		expect(siblingsOf(branched(), 'b1')).toEqual(['a1', 'b1']);
		const history = append(append(emptyHistory(), message('x', null, 'user', 1)), message('y', null, 'user', 2));
		expect(siblingsOf(history, 'x')).toEqual(['x', 'y']);
	});

	it('switches to the youngest leaf of a branch', () => {
		expect(leafOf(branched(), 'a1')).toBe('a2');
		expect(showBranch(branched(), 'a1').currentId).toBe('a2');
	});

	it('cuts a message with all below it and shows a sibling', () => {
		const history = cut(branched(), 'b1');
		expect(history.currentId).toBe('a2');
		expect(history.messages.u1?.childrenIds).toEqual(['a1']);
		const other = cut(showBranch(branched(), 'a1'), 'a1');
		expect(Object.keys(other.messages).sort()).toEqual(['b1', 'u1']);
		expect(other.currentId).toBe('b1');
	});

	it('shows the parent when the last child is cut, and nothing when all is cut', () => {
		expect(cut(build(['u', null], ['a', 'u']), 'a').currentId).toBe('u');
		expect(cut(build(['u', null], ['a', 'u']), 'u')).toEqual(emptyHistory());
	});

	it('keeps the shown message when another branch is cut', () => {
		expect(cut(branched(), 'u2').currentId).toBe('b1');
	});

	it('leaves the old history as it was', () => {
		const history = branched();
		change(history, 'u1', { content: 'new' });
		cut(history, 'u1');
		expect(history.messages.u1?.content).toBe('u1');
	});

	it('survives a stored tree that runs in a circle or misses a message', () => {
		const circle: History = {
			currentId: 'a',
			messages: { a: { ...message('a', 'b'), childrenIds: ['b'] }, b: { ...message('b', 'a'), childrenIds: ['a', 'gone'] } }
		};
		expect(pathTo(circle).map(({ id }) => id)).toEqual(['b', 'a']);
		expect(leafOf(circle, 'a')).toBe('a');
		expect(Object.keys(cut(circle, 'a').messages)).toEqual([]);
	});
});
