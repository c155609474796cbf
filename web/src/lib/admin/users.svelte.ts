// The list of users as an administrator pages, searches and changes it.
import { deleteUser, listUsers, updateUser, type ManagedUser, type UserQuery } from '$lib/api/administration';

export const PAGE_SIZE = 30;

export class UserList {
	users = $state.raw<ManagedUser[] | null>(null);
	total = $state(0);
	query = $state<UserQuery>({ page: 1, query: '', order_by: 'created_at', direction: 'desc' });
	readonly pages = $derived(Math.max(1, Math.ceil(this.total / PAGE_SIZE)));
	#asked = 0;

	async load(): Promise<void> {
		const ask = ++this.#asked;
		const { users, total } = await listUsers($state.snapshot(this.query));
		// A slower answer to an older question is out of date.
		if (ask !== this.#asked) return;
		this.users = users;
		this.total = total;
	}

	/** Sorts by a column; once more by the same one turns the direction. */
	async sortBy(column: UserQuery['order_by']): Promise<void> {
		const turned = this.query.order_by === column && this.query.direction === 'asc';
		this.query = { ...this.query, page: 1, order_by: column, direction: turned ? 'desc' : 'asc' };
		await this.load();
	}

	async change(user: ManagedUser, members: Partial<ManagedUser> & { password?: string }): Promise<void> {
		await updateUser(user, members);
		await this.load();
	}

	async remove(user: ManagedUser): Promise<void> {
		await deleteUser(user.id);
		await this.load();
	}
}
