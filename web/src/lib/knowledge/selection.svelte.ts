// Which files of a list are chosen, by click, with Shift up to the one chosen before, or all that are shown.

export class Selection {
	ids = $state.raw<ReadonlySet<string>>(new Set());
	#last = '';

	readonly size = $derived(this.ids.size);

	has(id: string): boolean {
		return this.ids.has(id);
	}

	/** Turns one over; with `range` all of `shown` from the last one to it become what it becomes. */
	toggle(id: string, shown: readonly string[] = [], range = false): void {
		const chosen = !this.ids.has(id);
		const [from, to] = [shown.indexOf(this.#last), shown.indexOf(id)];
		const some = range && from >= 0 && to >= 0 ? shown.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
		this.#set(some, chosen);
		this.#last = id;
	}

	hasAll(shown: readonly string[]): boolean {
		return shown.length > 0 && shown.every((id) => this.ids.has(id));
	}

	/** Chooses all of these, or none of them when all are chosen already. */
	toggleAll(shown: readonly string[]): void {
		this.#set(shown, !this.hasAll(shown));
	}

	/** Forgets these, or all. */
	clear(ids?: Iterable<string>): void {
		if (ids) this.#set([...ids], false);
		else this.ids = new Set();
	}

	#set(some: readonly string[], chosen: boolean): void {
		const next = new Set(this.ids);
		for (const id of some) {
			if (chosen) next.add(id);
			else next.delete(id);
		}
		this.ids = next;
	}
}
