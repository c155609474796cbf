// The list of evaluations; as long as one runs, it is looked at again and again.
import { deleteEvaluation, listEvaluations, type Evaluation } from '$lib/api/evaluations';
import { describeError } from '$lib/api/http';
import { PAGE_SIZE, searchKnowledge, type KnowledgeBase } from '$lib/api/knowledge';

const LOOK_AGAIN = 1500;
const MOST_PAGES = 20;

export class Evaluations {
	items = $state.raw<Evaluation[] | null>(null);
	bases = $state.raw<KnowledgeBase[]>([]);
	failure = $state('');
	#timer: ReturnType<typeof setTimeout> | undefined;
	#ended = false;

	readonly running = $derived(this.items?.some(({ status }) => status === 'running') ?? false);

	async open(): Promise<void> {
		this.failure = '';
		try {
			await Promise.all([this.#loadBases(), this.load()]);
		} catch (error) {
			this.failure = describeError(error);
		}
	}

	async load(): Promise<void> {
		this.items = await listEvaluations();
		clearTimeout(this.#timer);
		if (this.running && !this.#ended) this.#timer = setTimeout(() => void this.load().catch(() => {}), LOOK_AGAIN);
	}

	async remove(evaluation: Evaluation): Promise<void> {
		await deleteEvaluation(evaluation.id);
		await this.load();
	}

	async #loadBases(): Promise<void> {
		const first = await searchKnowledge('', '', 1);
		const pages = Math.min(MOST_PAGES, Math.ceil(first.total / PAGE_SIZE));
		const others = await Promise.all(Array.from({ length: Math.max(0, pages - 1) }, (_, place) => searchKnowledge('', '', place + 2)));
		this.bases = [first, ...others].flatMap(({ items }) => items);
	}

	dispose(): void {
		this.#ended = true;
		clearTimeout(this.#timer);
	}

	nameOf(id: string): string {
		return this.bases.find((base) => base.id === id)?.name ?? 'another base';
	}
}
