// The models to choose from, and which one a new chat begins with.
import { listModels, type Model } from '$lib/api/models';
import { readLocal, writeLocal } from '$lib/browser/storage';
import { preferences } from './preferences.svelte';
import { session } from './session.svelte';

const LAST_MODEL = 'lastModel';

class Catalogue {
	models = $state.raw<Model[]>([]);
	loaded = $state(false);

	async load(refresh = false): Promise<void> {
		this.models = (await listModels(refresh)).filter((model) => !model.info?.meta?.hidden);
		this.loaded = true;
	}

	find(id: string | undefined): Model | undefined {
		return this.models.find((model) => model.id === id);
	}

	/** The first of the wished models that exists; then the user's, the server's, the last used and any. */
	choose(wished: string[]): Model | undefined {
		const fromServer = session.config?.default_models?.split(',').map((id) => id.trim()) ?? [];
		const candidates = [...wished, preferences.defaultModel, readLocal(LAST_MODEL) ?? '', ...fromServer];
		for (const id of candidates) {
			const model = this.find(id);
			if (model) return model;
		}
		return this.models[0];
	}

	remember(id: string): void {
		writeLocal(LAST_MODEL, id);
	}
}

export const catalogue = new Catalogue();
