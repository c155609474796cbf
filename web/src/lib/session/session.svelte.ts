// Who is signed in, and what the server says about itself.
import { readSession, signOut, type SessionUser } from '$lib/api/accounts';
import { readConfig, type ServerConfig } from '$lib/api/config';
import { ApiError, describeError, readToken, storeToken } from '$lib/api/http';
import { connection } from '$lib/socket/connection';

class Session {
	config = $state.raw<ServerConfig | null>(null);
	user = $state.raw<SessionUser | null>(null);
	ready = $state(false);
	failure = $state('');
	/** Why the sign-in page is shown, when the session ended by itself. */
	notice = $state('');

	readonly isAdmin = $derived(this.user?.role === 'admin');
	readonly name = $derived(this.config?.name || 'Chat');

	/** Reads the configuration and, with a stored token, the user. */
	async start(): Promise<void> {
		this.failure = '';
		try {
			this.config = await readConfig();
			if (readToken()) await this.#recognise();
			this.ready = true;
		} catch (error) {
			this.failure = describeError(error);
		}
	}

	/** Takes the answer of a sign-in or sign-up. */
	async enter(user: SessionUser): Promise<void> {
		storeToken(user.token);
		this.notice = '';
		this.user = user;
		this.config = await readConfig();
		if (user.role !== 'pending') connection.open(user.token);
	}

	/** Asks again who is signed in, such as after an approval. */
	async refresh(): Promise<void> {
		await this.#recognise();
		this.config = await readConfig();
	}

	async leave(): Promise<void> {
		// First, for the server cuts it together with the session.
		connection.close();
		try {
			await signOut();
		} finally {
			this.forget('');
		}
	}

	/** Ends the session in this browser. */
	forget(notice: string): void {
		storeToken('');
		connection.close();
		this.user = null;
		this.notice = notice;
	}

	async #recognise(): Promise<void> {
		const token = readToken();
		try {
			this.user = await readSession();
			if (this.user.role === 'pending') connection.close();
			else connection.open(token);
		} catch (error) {
			// The answer is about a token that was replaced meanwhile.
			if (token !== readToken()) return;
			if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
			this.forget('Your session has ended. Please sign in again.');
		}
	}
}

export const session = new Session();
