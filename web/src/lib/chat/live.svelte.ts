// The answers that are being written in one chat: feeds socket events to the reducer, shows its states once per frame.
import { connection } from '$lib/socket/connection';
import {
	abandonResume,
	finishResume,
	needsResume,
	openStream,
	receive,
	startResume,
	type ResumeAnswer,
	type StreamItem,
	type StreamState
} from './stream';

/** The payload of the socket event `events`. */
export interface ServerEvent {
	chat_id: string;
	message_id: string;
	task_id?: string;
	seq?: number;
	data: { type: string; data?: unknown };
}

type DeltaEvent = [stream: string, seq: number, text: string, kind?: string];

export interface LiveListener {
	/** An answer is complete. */
	ended(state: StreamState): void;
	/** The server does not know the task any more: what is stored is all there is. */
	lost(taskId: string): void;
	/** A message is written that this window has not heard of. */
	unknown(messageId: string): void;
	knows(messageId: string): boolean;
	/** The text that this window has a model continue, else nothing. */
	continued(messageId: string): string;
	titled(title: string): void;
}

const HIDDEN_WINDOW_INTERVAL = 250;
const RETRY_AFTER = 2000;
const NAMELESS_LIMIT = 2000;

export class LiveStreams {
	/** The running answers by message id. */
	view = $state.raw<ReadonlyMap<string, StreamState>>(new Map());
	#states = new Map<string, StreamState>();
	#finished = new Set<string>();
	#nameless: { stream: string; item: StreamItem }[] = [];
	#scheduled = false;
	#stops: (() => void)[];

	constructor(
		readonly chatId: string,
		readonly listener: LiveListener
	) {
		this.#stops = [
			connection.on<ServerEvent>('events', (event) => this.#takeEvent(event)),
			connection.on<DeltaEvent>('delta', (delta) => this.#takeDelta(delta)),
			connection.on('connect', () => this.#resumeAll())
		];
	}

	dispose(): void {
		for (const stop of this.#stops) stop();
		this.#states.clear();
	}

	/** Follows a task that this window started. */
	follow(taskId: string, messageId: string): void {
		if (this.#states.has(taskId) || this.#finished.has(taskId)) return;
		this.#put(this.#open(taskId, messageId));
	}

	/** Follows a task that runs already, from its first event. */
	resume(taskId: string): void {
		if (this.#states.has(taskId)) return;
		const state = openStream(taskId, this.chatId, '');
		this.#states.set(taskId, state);
		void this.#askForMissing(state);
	}

	tasks(): string[] {
		return [...this.#states.keys()];
	}

	#takeEvent(event: ServerEvent): void {
		if (event.chat_id !== this.chatId) return;
		if (event.data.type === 'chat:title' && typeof event.data.data === 'string') this.listener.titled(event.data.data);
		if (!event.task_id || !event.seq || this.#finished.has(event.task_id)) return;
		if (!this.listener.knows(event.message_id)) this.listener.unknown(event.message_id);
		const state = this.#states.get(event.task_id) ?? this.#open(event.task_id, event.message_id);
		this.#take(state, { seq: event.seq, type: event.data.type, data: event.data.data });
	}

	#takeDelta([stream, seq, text, kind]: DeltaEvent): void {
		const item = { seq, text, reasoning: kind === 'reasoning' };
		for (const state of this.#states.values()) {
			if (state.stream === stream) return this.#take(state, item);
		}
		this.#nameless = [...this.#nameless, { stream, item }].slice(-NAMELESS_LIMIT);
	}

	#open(taskId: string, messageId: string): StreamState {
		return openStream(taskId, this.chatId, messageId, this.listener.continued(messageId));
	}

	#take(state: StreamState, item: StreamItem): void {
		const next = receive(state, item);
		this.#put(next);
		if (needsResume(next)) void this.#askForMissing(next);
	}

	#put(state: StreamState): void {
		if (!state.done) {
			this.#states.set(state.taskId, state);
			return this.#showSoon();
		}
		this.#states.delete(state.taskId);
		this.#finished.add(state.taskId);
		this.listener.ended(state);
		this.#show();
	}

	async #askForMissing(state: StreamState): Promise<void> {
		this.#states.set(state.taskId, startResume(state));
		try {
			const answer = await connection.ask<ResumeAnswer>('chat:resume', { task_id: state.taskId, seq: state.seq });
			const current = this.#states.get(state.taskId);
			if (!current) return;
			if (!answer.status) return this.#lose(current);
			const next = this.#addNameless(finishResume(current, answer));
			this.#put(next);
			if (needsResume(next)) setTimeout(() => this.#resumeAgain(next.taskId), RETRY_AFTER);
		} catch {
			const current = this.#states.get(state.taskId);
			if (!current) return;
			this.#states.set(state.taskId, abandonResume(current));
			// Without a connection the next `connect` asks again.
			if (connection.connected) setTimeout(() => this.#resumeAgain(state.taskId), RETRY_AFTER);
		}
	}

	// Deltas carry only a short name; those that came before the name was known are in order behind the answer.
	#addNameless(state: StreamState): StreamState {
		const items = this.#nameless.filter(({ stream }) => stream === state.stream).map(({ item }) => item);
		this.#nameless = [];
		return items.reduce(receive, state);
	}

	#resumeAgain(taskId: string): void {
		const state = this.#states.get(taskId);
		if (state && !state.resuming) void this.#askForMissing(state);
	}

	#resumeAll(): void {
		for (const taskId of this.tasks()) this.#resumeAgain(taskId);
	}

	#lose(state: StreamState): void {
		this.#states.delete(state.taskId);
		this.#finished.add(state.taskId);
		this.listener.lost(state.taskId);
		this.#show();
	}

	#showSoon(): void {
		if (this.#scheduled) return;
		this.#scheduled = true;
		const show = () => {
			this.#scheduled = false;
			this.#show();
		};
		if (document.hidden) setTimeout(show, HIDDEN_WINDOW_INTERVAL);
		else requestAnimationFrame(show);
	}

	#show(): void {
		const running = [...this.#states.values()].filter((state) => state.messageId);
		this.view = new Map(running.map((state) => [state.messageId, state]));
	}
}
