// The list of evaluations; as long as one runs, it is looked at again and again.
import { deleteEvaluation, listEvaluations, type Evaluation } from '$lib/api/evaluations';
import { describeError } from '$lib/api/http';
import { searchKnowledge, type KnowledgeBase } from '$lib/api/knowledge';

const LOOK_AGAIN = 1500;

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
			const [{ items }] = await Promise.all([searchKnowledge('', '', 1), this.load()]);
			this.bases = items;
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

	dispose(): void {
		this.#ended = true;
		clearTimeout(this.#timer);
	}

	nameOf(id: string): string {
		return this.bases.find((base) => base.id === id)?.name ?? 'another base';
	}
}
