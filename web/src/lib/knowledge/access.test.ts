// What the form of access guarantees: it stores what it shows, and shows what others stored.
import { describe, expect, it } from 'vitest';
import { describeAccess, readAccess, writeAccess } from './access';

describe('access', () => {
	it('tells everyone from nobody', () => {
		expect(writeAccess({ audience: 'everyone', grants: [] })).toBeNull();
		expect(writeAccess({ audience: 'private', grants: [{ kind: 'user', id: 'u', level: 'read' }] })).toEqual({});
		expect(readAccess(null).audience).toBe('everyone');
		expect(readAccess({}).audience).toBe('private');
	});

	it('is private as long as nobody is chosen', () => {
		expect(writeAccess({ audience: 'chosen', grants: [] })).toEqual({});
		expect(readAccess({ read: { group_ids: [], user_ids: [] }, write: {} }).audience).toBe('private');
	});

	it('lets who may write read too', () => {
		const control = writeAccess({
			audience: 'chosen',
			grants: [
				{ kind: 'group', id: 'g', level: 'read' },
				{ kind: 'user', id: 'u', level: 'write' }
			]
		});
		expect(control).toEqual({ read: { group_ids: ['g'], user_ids: ['u'] }, write: { group_ids: [], user_ids: ['u'] } });
		expect(readAccess(control).grants).toEqual([
			{ kind: 'user', id: 'u', level: 'write' },
			{ kind: 'group', id: 'g', level: 'read' }
		]);
	});

	it('says it in a few words', () => {
		expect(describeAccess(null)).toBe('Everyone');
		expect(describeAccess({})).toBe('Private');
		expect(describeAccess({ read: { group_ids: ['g'], user_ids: ['u', 'v'] } })).toBe('1 group, 2 people');
	});
});
