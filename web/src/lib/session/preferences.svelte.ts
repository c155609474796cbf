// The user's own settings, kept on the server so that they follow to every browser.
import { readSettings, writeSettings, type UserInterfaceSettings } from '$lib/api/accounts';

class Preferences {
	#settings = $state.raw<UserInterfaceSettings>({});

	/** The model that new chats begin with, if one was chosen. */
	readonly defaultModel = $derived(this.#settings.models?.[0] ?? '');

	async load(): Promise<void> {
		this.#settings = (await readSettings())?.ui ?? {};
	}

	async chooseDefaultModel(id: string): Promise<void> {
		// Read first: another browser or client may have written other members meanwhile.
		const current = (await readSettings())?.ui ?? {};
		const next = { ...current, models: id ? [id] : [] };
		await writeSettings(next);
		this.#settings = next;
	}
}

export const preferences = new Preferences();
