// The reducer of one streamed answer: puts events in order, notices gaps, buffers while it asks for what it missed.
import type { MessageError, Source, Status } from './types';

/** A run of answer text or of reasoning text, in the order the model wrote them. */
export interface Part {
	kind: 'text' | 'reasoning';
	text: string;
}

/** One numbered event of a task. */
export type StreamItem =
	| { seq: number; text: string; reasoning: boolean }
	| { seq: number; type: string; data: unknown };

export interface StreamState {
	readonly taskId: string;
	readonly chatId: string;
	/** Empty until the first resume answer when only the task's id is known. */
	readonly messageId: string;
	/** The short name that delta events use for this task. */
	readonly stream: string | null;
	/** The last number that was applied. */
	readonly seq: number;
	readonly parts: readonly Part[];
	/** The whole content as the server stored it, once the answer is complete. */
	readonly content: string | null;
	readonly sources: readonly Source[];
	readonly statuses: readonly Status[];
	readonly usage: Record<string, unknown> | null;
	readonly error: MessageError | string | null;
	readonly cancelled: boolean;
	readonly done: boolean;
	/** Items that wait for the answer to a resume request. */
	readonly waiting: readonly StreamItem[];
	readonly resuming: boolean;
}

/** The server's acknowledgement of `chat:resume`. */
export interface ResumeAnswer {
	status: boolean;
	chat_id?: string;
	message_id?: string;
	stream?: string;
	done?: boolean;
	events?: WireEvent[];
}

export type WireEvent = [number, string] | [number, string, string] | { seq: number; data: { type: string; data?: unknown } };

// A gap that never closes must not keep an unbounded backlog; the resume brings these items back anyway.
const WAITING_LIMIT = 5000;

/** `before` is the text that a continued answer already has. */
export function openStream(taskId: string, chatId: string, messageId: string, before = ''): StreamState {
	return {
		taskId,
		chatId,
		messageId,
		stream: null,
		seq: 0,
		parts: before ? onlyText(before) : [],
		content: null,
		sources: [],
		statuses: [],
		usage: null,
		error: null,
		cancelled: false,
		done: false,
		waiting: [],
		resuming: false
	};
}

/** Takes one item; afterwards `needsResume` says whether the server must be asked for missing ones. */
export function receive(state: StreamState, item: StreamItem): StreamState {
	if (state.done || item.seq <= state.seq) return state;
	if (state.resuming || item.seq > state.seq + 1) {
		return { ...state, waiting: [...state.waiting, item].slice(-WAITING_LIMIT) };
	}
	return drain(apply(state, item));
}

/** Whether there is a gap that no pending request will close. */
export const needsResume = (state: StreamState): boolean => !state.done && !state.resuming && state.waiting.length > 0;

/** Marks that the server is being asked for everything after `state.seq`. */
export const startResume = (state: StreamState): StreamState => ({ ...state, resuming: true });

/** Gives up a request that got no answer; the next item or reconnect asks again. */
export const abandonResume = (state: StreamState): StreamState => ({ ...state, resuming: false });

/** Takes the server's answer to a resume request, then what arrived meanwhile. */
export function finishResume(state: StreamState, answer: ResumeAnswer): StreamState {
	let next: StreamState = {
		...state,
		resuming: false,
		stream: answer.stream ?? state.stream,
		messageId: state.messageId || (answer.message_id ?? '')
	};
	for (const event of answer.events ?? []) {
		const item = fromWire(event);
		// Merged texts carry the number of the last one, so a jump inside an answer is not a gap.
		if (item.seq > next.seq && !next.done) next = apply(next, item);
	}
	return drain(next);
}

/** Reads an item of a resume answer. */
export function fromWire(event: WireEvent): StreamItem {
	if (!Array.isArray(event)) return { seq: event.seq, type: event.data.type, data: event.data.data };
	return { seq: event[0], text: event[1], reasoning: event[2] === 'reasoning' };
}

/** The answer as it stands: the stored text when there is one, else what has been streamed. */
export function answerText(state: StreamState): string {
	if (state.content !== null) return state.content;
	return state.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

function drain(state: StreamState): StreamState {
	if (state.resuming || state.waiting.length === 0) return state;
	let next: StreamState = state;
	const later = [...state.waiting].sort((a, b) => a.seq - b.seq);
	while (later[0] && later[0].seq <= next.seq + 1) {
		const item = later.shift() as StreamItem;
		if (item.seq === next.seq + 1 && !next.done) next = apply(next, item);
	}
	return { ...next, waiting: next.done ? [] : later };
}

function apply(state: StreamState, item: StreamItem): StreamState {
	const next = { ...state, seq: item.seq };
	if ('text' in item) return { ...next, parts: extend(state.parts, item.reasoning ? 'reasoning' : 'text', item.text) };
	return { ...next, ...EFFECTS[item.type]?.(state, item.data) };
}

function extend(parts: readonly Part[], kind: Part['kind'], text: string): readonly Part[] {
	const last = parts.at(-1);
	if (last?.kind === kind) return [...parts.slice(0, -1), { kind, text: last.text + text }];
	return [...parts, { kind, text }];
}

const onlyText = (content: unknown): readonly Part[] => [{ kind: 'text', text: String(content ?? '') }];

type Effect = (state: StreamState, data: unknown) => Partial<StreamState>;

const addStatus: Effect = (state, data) => ({ statuses: [...state.statuses, data as Status] });
const addSource: Effect = (state, data) => ({ sources: [...state.sources, data as Source] });
const addText: Effect = (state, data) => ({ parts: extend(state.parts, 'text', (data as { content?: string }).content ?? '') });
const replaceText: Effect = (_, data) => ({ parts: onlyText((data as { content?: string }).content) });

const EFFECTS: Record<string, Effect> = {
	'chat:stream': (state, data) => {
		const { stream, content } = data as { stream: string; content?: string };
		if (content === undefined) return { stream };
		return { stream, parts: content ? onlyText(content) : [] };
	},
	'chat:completion': applyCompletion,
	'chat:message:error': (_, data) => ({ error: (data as { error: MessageError }).error }),
	'chat:tasks:cancel': () => ({ cancelled: true }),
	message: addText,
	'chat:message:delta': addText,
	replace: replaceText,
	'chat:message': replaceText,
	status: addStatus,
	source: addSource,
	citation: addSource
};

function applyCompletion(state: StreamState, data: unknown): Partial<StreamState> {
	const { done, content, sources, usage, error } = (data ?? {}) as {
		done?: boolean;
		content?: string;
		sources?: Source[];
		usage?: Record<string, unknown>;
		error?: MessageError | string;
	};
	const change: { -readonly [Key in keyof StreamState]?: StreamState[Key] } = {};
	if (sources) change.sources = sources;
	if (usage) change.usage = usage;
	if (error) change.error = error;
	if (typeof content === 'string') {
		if (done) change.content = content;
		else change.parts = onlyText(content);
	}
	if (done) change.done = true;
	return change;
}
