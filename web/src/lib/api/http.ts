// The one door to the server: adds the token, decodes JSON and turns refusals into ApiError.

/** A refusal or failure of the server; `status` is 0 when it could not be reached. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string
	) {
		super(message);
		this.name = 'ApiError';
	}
}

export const UNREACHABLE = 'The server cannot be reached. Check your connection and try again.';

const TOKEN_KEY = 'token';

export function readToken(): string {
	return localStorage.getItem(TOKEN_KEY) ?? '';
}

export function storeToken(token: string): void {
	if (token) localStorage.setItem(TOKEN_KEY, token);
	else localStorage.removeItem(TOKEN_KEY);
}

type Method = 'GET' | 'POST' | 'DELETE';

let onUnauthorised: (message: string) => void = () => {};

/** Registers what happens when the server says that the session is over. */
export function whenSessionEnds(action: (message: string) => void): void {
	onUnauthorised = action;
}

/** Makes one request; throws ApiError with the server's own `detail`. */
export async function request<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
	const headers: Record<string, string> = { Accept: 'application/json' };
	const token = readToken();
	if (token) headers.Authorization = `Bearer ${token}`;
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	let response: Response;
	try {
		response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
	} catch (cause) {
		if (signal?.aborted) throw cause;
		throw new ApiError(0, UNREACHABLE);
	}
	const text = await response.text();
	return decode<T>({ path, token, status: response.status, statusText: response.statusText, text });
}

/** An answer of the server as it came; `token` is what the request was made with. */
export interface RawAnswer {
	path: string;
	token: string;
	status: number;
	statusText: string;
	text: string;
}

/** Reads an answer; throws ApiError for a refusal and for what is no JSON. */
export function decode<T>({ path, token, status, statusText, text }: RawAnswer): T {
	if (status < 200 || status > 299) {
		const message = detailIn(text) || `The server answered ${status} ${statusText}`.trim();
		if (status === 401 && token === readToken() && SESSION_OVER.has(message)) onUnauthorised(message);
		throw new ApiError(status, message);
	}
	try {
		return (text ? JSON.parse(text) : null) as T;
	} catch {
		throw new ApiError(status, `The server's answer to ${path} could not be read.`);
	}
}

// A 401 also means "not yours" in this API, so only these texts end the session.
const SESSION_OVER = new Set(['401 Unauthorized', 'Not authenticated']);

function detailIn(text: string): string {
	try {
		return describeDetail((JSON.parse(text) as { detail?: unknown } | null)?.detail);
	} catch {
		return '';
	}
}

function describeDetail(detail: unknown): string {
	if (typeof detail === 'string') return detail;
	if (!Array.isArray(detail)) return detail ? JSON.stringify(detail) : '';
	return (detail as { loc?: unknown[]; msg?: string }[])
		.map((item) => [item.loc?.slice(1).join('.'), item.msg].filter(Boolean).join(': '))
		.join('; ');
}

export const get = <T>(path: string, signal?: AbortSignal) => request<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body?: unknown) => request<T>('POST', path, body);
export const remove = <T>(path: string) => request<T>('DELETE', path);

/** The text to show for any thrown value. */
export function describeError(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
