// The list of the user's chats in the sidebar: loaded page by page, changed in place by what happens elsewhere.
import { deleteChat, listChats, listPinnedChats, togglePin, updateChat, type ChatSummary } from '$lib/api/chats';

const PAGE_SIZE = 60;

class ChatHistory {
	chats = $state.raw<ChatSummary[]>([]);
	pinned = $state.raw<ChatSummary[]>([]);
	loaded = $state(false);
	loading = $state(false);
	complete = $state(false);
	#page = 0;

	async load(): Promise<void> {
		const [first, pinned] = await Promise.all([listChats(1), listPinnedChats()]);
		this.#page = 1;
		this.chats = first;
		this.pinned = pinned;
		this.complete = first.length < PAGE_SIZE;
		this.loaded = true;
	}

	async loadMore(): Promise<void> {
		if (this.loading || this.complete || !this.loaded) return;
		this.loading = true;
		try {
			const page = await listChats(this.#page + 1);
			this.#page += 1;
			const known = new Set(this.chats.map((chat) => chat.id));
			// A chat that moved up meanwhile pushes others onto the next page.
			this.chats = [...this.chats, ...page.filter((chat) => !known.has(chat.id))];
			this.complete = page.length < PAGE_SIZE;
		} finally {
			this.loading = false;
		}
	}

	clear(): void {
		this.chats = [];
		this.pinned = [];
		this.loaded = false;
		this.complete = false;
	}

	/** Moves a chat to the top, adding it when it is new. */
	touch(chat: ChatSummary): void {
		const moved = { ...chat, updated_at: Math.floor(Date.now() / 1000) };
		if (this.pinned.some(({ id }) => id === chat.id)) return;
		this.chats = [moved, ...this.chats.filter(({ id }) => id !== chat.id)];
	}

	/** Shows a title that is stored already. */
	retitle(id: string, title: string): void {
		const change = (chat: ChatSummary) => (chat.id === id ? { ...chat, title } : chat);
		const known = [...this.chats, ...this.pinned].some((chat) => chat.id === id);
		this.chats = this.chats.map(change);
		this.pinned = this.pinned.map(change);
		if (!known && this.loaded) void this.load().catch(() => {});
	}

	async rename(id: string, title: string): Promise<void> {
		await updateChat(id, { title });
		this.retitle(id, title);
	}

	async remove(id: string): Promise<void> {
		await deleteChat(id);
		this.chats = this.chats.filter((chat) => chat.id !== id);
		this.pinned = this.pinned.filter((chat) => chat.id !== id);
	}

	async pin(id: string): Promise<void> {
		await togglePin(id);
		await this.load();
	}
}

export const chatHistory = new ChatHistory();
