// The settings of documents while an administrator changes them: what is stored, what is different, and saving it.
import { readEmbeddingConfig, readRetrievalConfig, writeEmbeddingConfig, writeRetrievalConfig, type RetrievalConfig } from '$lib/api/retrieval';
import { changesOf, problemOf, valueOf, withValue, type SettingField, type Values } from './fields';
import { SECTIONS } from './sections';

export class DocumentSettings {
	values = $state.raw<Values | null>(null);
	#stored = $state.raw<Values | null>(null);

	readonly changed = $derived(JSON.stringify(this.values) !== JSON.stringify(this.#stored));
	/** What is wrong with what was changed, by the key of the setting; settings that do not matter are not looked at. */
	readonly problems = $derived.by(() => {
		const { values } = this;
		const stored = this.#stored;
		if (!values || !stored) return new Map<string, string>();
		const fields = SECTIONS.flatMap(({ fields: inside }) => inside).filter(
			(field) => (field.when?.(values) ?? true) && valueOf(values, field) !== valueOf(stored, field)
		);
		return new Map(fields.map((field) => [field.key, problemOf(field, valueOf(values, field))] as const).filter(([, problem]) => problem));
	});
	readonly reembeds = $derived(
		['RAG_EMBEDDING_ENGINE', 'RAG_EMBEDDING_MODEL'].some((key) => this.values?.embedding[key] !== this.#stored?.embedding[key])
	);

	async load(): Promise<void> {
		const [retrieval, embedding] = await Promise.all([readRetrievalConfig(), readEmbeddingConfig()]);
		this.#take({ ...scopesOf(retrieval), embedding });
	}

	set(field: SettingField, value: unknown): void {
		if (this.values) this.values = withValue(this.values, field, value);
	}

	reset(): void {
		this.values = this.#stored;
	}

	/** Stores what differs, and shows what the server made of it. */
	async save(): Promise<void> {
		const { values } = this;
		const stored = this.#stored;
		if (!values || !stored) return;
		let { retrieval, web, embedding } = stored;
		const change: RetrievalConfig = changesOf(stored.retrieval, values.retrieval);
		const webChange = changesOf(stored.web, values.web);
		if (Object.keys(webChange).length) change.web = webChange;
		if (Object.keys(change).length) ({ retrieval, web } = scopesOf(await writeRetrievalConfig(change)));
		// A failure of the second part must not hide that the first is stored.
		this.#stored = { retrieval, web, embedding };
		const embeddingChange = changesOf(stored.embedding, values.embedding);
		if (Object.keys(embeddingChange).length) embedding = await writeEmbeddingConfig(embeddingChange);
		this.#take({ retrieval, web, embedding });
	}

	#take(values: Values): void {
		this.#stored = values;
		this.values = values;
	}
}

function scopesOf({ web = {}, ...retrieval }: RetrievalConfig): Pick<Values, 'retrieval' | 'web'> {
	return { retrieval, web: web ?? {} };
}
