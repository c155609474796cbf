// The one Socket.IO connection: opens with the token, comes back by itself, and asks with a deadline.
import { io, type Socket } from 'socket.io-client';

type Listener = (payload: never) => void;

const READY_WITHIN = 8000;
const ANSWER_WITHIN = 10_000;
const RETRY_AFTER = 3000;

class Connection {
	#socket: Socket | null = null;
	#token = '';
	#listeners = new Map<string, Set<Listener>>();
	#retry: ReturnType<typeof setTimeout> | undefined;
	/** Called when the server refuses the token. */
	onRefused: () => void = () => {};

	/** Opens with this token; a connection that is open or coming back with the same one is left as it is. */
	open(token: string): void {
		if (this.#socket && token === this.#token) return;
		this.close();
		this.#token = token;
		const socket = io({ path: '/ws/socket.io', transports: ['websocket'], auth: { token, stream: 'delta' }, reconnectionDelayMax: 5000 });
		this.#socket = socket;
		socket.onAny((event: string, payload: unknown) => this.#publish(event, payload));
		socket.on('connect', () => this.#publish('connect', null));
		socket.on('disconnect', (reason) => {
			if (socket === this.#socket) this.#publish('disconnect', null);
			// The library does not come back after a disconnect by the server, such as one that shuts down.
			if (reason === 'io server disconnect') this.#retryLater(socket);
		});
		socket.on('connect_error', () => {
			if (socket.active) return;
			this.onRefused();
			this.#retryLater(socket);
		});
	}

	close(): void {
		clearTimeout(this.#retry);
		const socket = this.#socket;
		this.#socket = null;
		socket?.disconnect();
	}

	get connected(): boolean {
		return this.#socket?.connected ?? false;
	}

	/** Listens to an event of the server, or to `connect` and `disconnect`; answers how to stop listening. */
	on<T>(event: string, listener: (payload: T) => void): () => void {
		const listeners = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, listeners.add(listener as Listener));
		return () => listeners.delete(listener as Listener);
	}

	/** Sends an event and waits for its acknowledgement. */
	async ask<T>(event: string, payload: unknown): Promise<T> {
		if (!this.#socket?.connected) throw new Error('The live connection to the server is interrupted.');
		return (await this.#socket.timeout(ANSWER_WITHIN).emitWithAck(event, payload)) as T;
	}

	/** The id by which requests name this connection; waits while it is being established. */
	async sessionId(): Promise<string> {
		const socket = this.#socket;
		if (socket && !socket.connected) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, READY_WITHIN);
				const stop = this.on('connect', () => {
					clearTimeout(timer);
					stop();
					resolve();
				});
			});
		}
		if (!socket?.connected || !socket.id) throw new Error('The live connection to the server could not be established.');
		return socket.id;
	}

	#publish(event: string, payload: unknown): void {
		for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload as never);
	}

	#retryLater(socket: Socket): void {
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => socket === this.#socket && socket.connect(), RETRY_AFTER);
	}
}

export const connection = new Connection();
