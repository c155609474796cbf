// The people and groups that something can be shared with.
import { get } from './http';
import type { Person } from './knowledge';

export interface Group {
	id: string;
	name: string;
	description?: string;
	member_count?: number;
}

export const listGroups = () => get<Group[]>('/api/v1/groups/');
export const searchPeople = async (query: string, signal?: AbortSignal) =>
	(await get<{ users: Person[] }>(`/api/v1/users/search?${new URLSearchParams({ query, order_by: 'name', direction: 'asc' })}`, signal)).users;
export const readPerson = (id: string) => get<Person>(`/api/v1/users/${encodeURIComponent(id)}`);
