// Who may use a knowledge base: between the form with one line per group or person and what the server stores.
import type { AccessControl } from '$lib/api/knowledge';

export type Audience = 'private' | 'everyone' | 'chosen';

export interface Grant {
	kind: 'group' | 'user';
	id: string;
	level: 'read' | 'write';
}

export interface Access {
	audience: Audience;
	grants: Grant[];
}

const MEMBERS = { group: 'group_ids', user: 'user_ids' } as const;

/** Reads what the server stores; who may write may read, so each appears once. */
export function readAccess(control: AccessControl | undefined): Access {
	if (control === null || control === undefined) return { audience: 'everyone', grants: [] };
	const grants: Grant[] = [];
	for (const level of ['write', 'read'] as const) {
		for (const kind of ['group', 'user'] as const) {
			for (const id of control[level]?.[MEMBERS[kind]] ?? []) {
				if (!grants.some((grant) => grant.kind === kind && grant.id === id)) grants.push({ kind, id, level });
			}
		}
	}
	return { audience: grants.length ? 'chosen' : 'private', grants };
}

/** What the server stores; writing does not imply reading there, so writers are named twice. */
export function writeAccess({ audience, grants }: Access): AccessControl {
	if (audience === 'everyone') return null;
	if (audience === 'private' || grants.length === 0) return {};
	const ids = (kind: Grant['kind'], writers: boolean) =>
		grants.filter((grant) => grant.kind === kind && (!writers || grant.level === 'write')).map((grant) => grant.id);
	return {
		read: { group_ids: ids('group', false), user_ids: ids('user', false) },
		write: { group_ids: ids('group', true), user_ids: ids('user', true) }
	};
}

/** A few words for a list. */
export function describeAccess(control: AccessControl | undefined): string {
	const { audience, grants } = readAccess(control);
	if (audience === 'everyone') return 'Everyone';
	if (audience === 'private') return 'Private';
	const groups = grants.filter(({ kind }) => kind === 'group').length;
	const people = grants.length - groups;
	const parts = [groups && `${groups} group${groups === 1 ? '' : 's'}`, people && `${people} ${people === 1 ? 'person' : 'people'}`];
	return parts.filter(Boolean).join(', ');
}
