// One open chat: its message tree, the answers being written into it, and everything a person does with it.
import { createChat, listTasks, readChat, startCompletion, stopTask, updateChat, type CompletionRequest } from '$lib/api/chats';
import { describeError } from '$lib/api/http';
import { modelName, type Model } from '$lib/api/models';
import { randomId } from '$lib/browser/identifiers';
import { catalogue } from '$lib/session/catalogue.svelte';
import { chatHistory } from '$lib/sidebar/history.svelte';
import { connection } from '$lib/socket/connection';
import { toasts } from '$lib/ui/toasts.svelte';
import { attachedUpTo, type Attached } from './attached';
import { findGone, mayMeanGone } from './gone';
import { LiveStreams } from './live.svelte';
import { requestMessages } from './requests';
import { answerText, type StreamState } from './stream';
import { append, change, cut, emptyHistory, pathTo, showBranch } from './tree';
import type { ChatBlob, History, Message, MessageError } from './types';

// What a chat is called until the server has found a title.
const UNTITLED = 'New Chat';

const seconds = () => Math.floor(Date.now() / 1000);

export class Conversation {
	id = $state('');
	title = $state('');
	history = $state.raw<History>(emptyHistory());
	models = $state.raw<string[]>([]);
	loading = $state(false);
	failure = $state('');
	/** The answer that was asked for but has no task yet. */
	starting = $state('');
	/** Whether answers may rest on a search of the web. */
	webSearch = $state(false);
	#live = $state.raw<LiveStreams | null>(null);
	#params: Record<string, unknown> = {};
	#unsaved = false;
	#reading = false;
	#continued = '';
	#stopWanted = false;

	readonly path = $derived(pathTo(this.history));
	readonly running = $derived(this.#live?.view ?? new Map<string, StreamState>());
	readonly busy = $derived(this.starting !== '' || this.running.size > 0);
	readonly model = $derived(catalogue.choose(this.models));

	/** Reads a stored chat and joins the answers that are being written. */
	async open(id: string): Promise<void> {
		this.id = id;
		this.loading = true;
		this.failure = '';
		this.#join(id);
		try {
			// Tasks first: a task that ends between the two requests is then in the chat that is read.
			const tasks = await listTasks(id);
			await this.#read();
			for (const task of tasks) this.#live?.resume(task);
		} catch (error) {
			this.failure = describeError(error);
		} finally {
			this.loading = false;
		}
	}

	dispose(): void {
		this.#live?.dispose();
	}

	choose(model: Model): void {
		this.models = [model.id];
		catalogue.remember(model.id);
	}

	/** Sends a message below the shown path and has it answered; `created` gets the id of a new chat. */
	async send(content: string, files: Attached[], created: (id: string) => void): Promise<void> {
		const parentId = this.path.at(-1)?.id ?? null;
		await this.#ask(content, files, parentId, created);
	}

	/** Puts a changed version beside a user's message and has that one answered. */
	async rewrite(id: string, content: string): Promise<void> {
		const message = this.history.messages[id];
		await this.#ask(content, message?.files ?? [], message?.parentId ?? null, () => {});
	}

	/** Writes another answer beside this one. */
	async regenerate(id: string): Promise<void> {
		const parent = this.history.messages[this.history.messages[id]?.parentId ?? ''];
		if (parent) await this.#answer(parent.id, () => {});
	}

	/** Has a question answered that lost its answer. */
	async answer(questionId: string): Promise<void> {
		await this.#answer(questionId, () => {});
	}

	/** Lets the model write on where an answer ended. */
	async continueAnswer(id: string): Promise<void> {
		this.history = change(this.history, id, { error: null, done: false });
		await this.#complete(id);
	}

	async correct(id: string, content: string): Promise<void> {
		this.history = change(this.history, id, { content });
		await this.#save();
	}

	async removeMessage(id: string): Promise<void> {
		this.history = cut(this.history, id);
		await this.#save();
	}

	async show(id: string): Promise<void> {
		this.history = showBranch(this.history, id);
		await this.#save();
	}

	/** Ends the answers that are being written; what arrived is kept. */
	async stop(): Promise<void> {
		if (this.starting) this.#stopWanted = true;
		await Promise.all((this.#live?.tasks() ?? []).map(stopTask)).catch(toasts.error);
	}

	async #ask(content: string, files: Attached[], parentId: string | null, created: (id: string) => void): Promise<void> {
		if (this.busy || !this.model) return;
		const id = randomId();
		const models = [this.model.id];
		const question: Message = { id, parentId, childrenIds: [], role: 'user', content, timestamp: seconds(), models };
		if (files.length) question.files = files;
		this.history = append(this.history, question);
		await this.#answer(id, created);
	}

	async #answer(questionId: string, created: (id: string) => void): Promise<void> {
		const model = this.model;
		if (this.busy || !model) return;
		const id = randomId();
		const empty: Message = {
			id,
			parentId: questionId,
			childrenIds: [],
			role: 'assistant',
			content: '',
			timestamp: seconds(),
			model: model.id,
			modelName: modelName(model),
			modelIdx: 0
		};
		this.models = [model.id];
		this.history = append(this.history, empty);
		this.starting = id;
		try {
			if (this.id) await updateChat(this.id, this.#blob());
			else await this.#create(created);
		} catch (error) {
			this.starting = '';
			return this.#fail(id, error);
		}
		await this.#complete(id);
	}

	async #create(created: (id: string) => void): Promise<void> {
		const row = await createChat({ title: UNTITLED, tags: [], timestamp: Date.now(), ...this.#blob() });
		this.id = row.id;
		this.title = row.title;
		this.#join(row.id);
		chatHistory.touch({ id: row.id, title: row.title, created_at: row.created_at, updated_at: row.updated_at });
		created(row.id);
	}

	async #complete(id: string): Promise<void> {
		const message = this.history.messages[id];
		if (!message) return;
		this.starting = id;
		try {
			const question = this.history.messages[message.parentId ?? ''] ?? null;
			const continued = message.content !== '';
			const files = attachedUpTo(this.history, message.parentId ?? '');
			this.#continued = continued ? id : '';
			const answer = await this.#start(files, {
				model: continued ? (message.model ?? this.model?.id ?? '') : (this.model?.id ?? ''),
				messages: requestMessages(this.history, continued ? id : (message.parentId ?? ''), this.#params.system),
				stream: true,
				chat_id: this.id,
				id,
				session_id: await connection.sessionId(),
				parent_id: message.parentId,
				parent_message: question,
				params: {},
				...(this.webSearch ? { features: { web_search: true } } : {}),
				background_tasks: { title_generation: this.title === UNTITLED }
			});
			const tasks = answer.task_ids ?? (answer.task_id ? [answer.task_id] : []);
			for (const task of tasks) this.#live?.follow(task, id);
			if (this.#stopWanted) await Promise.all(tasks.map(stopTask));
			chatHistory.touch({ id: this.id, title: this.title || UNTITLED, created_at: seconds(), updated_at: seconds() });
			this.starting = '';
		} catch (error) {
			this.starting = '';
			await this.#fail(id, error);
		} finally {
			this.#stopWanted = false;
		}
	}

	/** Starts a completion; documents that are gone since they were attached are left out, and said to be. */
	async #start(files: Attached[], body: CompletionRequest): Promise<{ task_id?: string; task_ids?: string[] }> {
		try {
			return await startCompletion(files.length ? { ...body, files } : body);
		} catch (error) {
			const gone = files.length && mayMeanGone(error) ? await findGone(files) : [];
			if (gone.length === 0) throw error;
			toasts.info(`No longer there, so left out: ${gone.map(({ name }) => name).join(', ')}`);
			return this.#start(
				files.filter((item) => !gone.includes(item)),
				body
			);
		}
	}

	async #fail(id: string, error: unknown): Promise<void> {
		this.history = change(this.history, id, { error: { content: describeError(error) }, done: true });
		if (this.id) await this.#save();
	}

	#join(id: string): void {
		this.#live?.dispose();
		this.#live = new LiveStreams(id, {
			ended: (state) => this.#finish(state),
			lost: () => this.#readAgain(),
			unknown: () => this.#readAgain(),
			continued: (messageId) => (messageId === this.#continued ? (this.history.messages[messageId]?.content ?? '') : ''),
			titled: (title) => (this.title = title),
			knows: (messageId) => messageId in this.history.messages
		});
	}

	// Another window wrote into this chat; what this window is about to store must not be lost.
	#readAgain(): void {
		if (this.starting || this.#reading) return;
		this.#reading = true;
		void this.#read()
			.catch(toasts.error)
			.finally(() => (this.#reading = false));
	}

	async #read(): Promise<void> {
		const { chat, title } = await readChat(this.id);
		this.title = title;
		this.models = chat.models ?? [];
		this.#params = chat.params ?? {};
		this.history = chat.history?.messages ? chat.history : emptyHistory();
	}

	#finish(state: StreamState): void {
		const members: Partial<Message> = { content: answerText(state), done: true };
		if (state.sources.length) members.sources = [...state.sources];
		if (state.statuses.length) members.statusHistory = [...state.statuses];
		if (state.usage) members.usage = state.usage;
		if (state.error) members.error = asError(state.error);
		this.history = change(this.history, state.messageId, members);
		if (this.#unsaved) void this.#save();
	}

	// While an answer is written the server has newer text than this window, so saving waits for its end.
	async #save(): Promise<void> {
		this.#unsaved = this.busy;
		if (this.#unsaved || !this.id) return;
		try {
			await updateChat(this.id, this.#blob());
		} catch (error) {
			toasts.error(error);
		}
	}

	#blob(): Partial<ChatBlob> {
		return { models: this.models, params: this.#params, history: this.history, messages: this.path };
	}
}

const asError = (error: MessageError | string): MessageError => (typeof error === 'string' ? { content: error } : error);
