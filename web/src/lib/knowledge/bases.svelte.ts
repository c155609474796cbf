// The list of knowledge bases as one pages and searches it.
import { PAGE_SIZE, searchKnowledge, type KnowledgeBase } from '$lib/api/knowledge';

export type View = '' | 'created' | 'shared';

export class Bases {
	items = $state.raw<KnowledgeBase[] | null>(null);
	total = $state(0);
	page = $state(1);
	query = $state('');
	view = $state<View>('');
	failure = $state.raw<unknown>(null);
	readonly pages = $derived(Math.max(1, Math.ceil(this.total / PAGE_SIZE)));
	#asked = 0;

	/** Reads the page that is wanted; what cannot be read is said in `failure`. */
	async load(): Promise<void> {
		const ask = ++this.#asked;
		try {
			const { items, total } = await searchKnowledge(this.query, this.view, this.page);
			// A slower answer to an older question is out of date.
			if (ask !== this.#asked) return;
			this.items = items;
			this.total = total;
			this.failure = null;
		} catch (error) {
			if (ask === this.#asked) this.failure = error;
		}
	}

	async show(page: number): Promise<void> {
		this.page = page;
		await this.load();
	}
}
