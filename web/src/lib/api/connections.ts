// Connections to model providers, read and written as lists of one shape whatever the provider's kind.
import { get, post } from './http';

export interface ConnectionOptions {
	enable?: boolean;
	prefix_id?: string;
	model_ids?: string[];
	key?: string;
	[key: string]: unknown;
}

export interface Connection {
	url: string;
	key: string;
	options: ConnectionOptions;
}

export interface ConnectionList {
	enabled: boolean;
	connections: Connection[];
}

export type ProviderKind = 'openai' | 'ollama';

interface OpenAIConfig {
	ENABLE_OPENAI_API: boolean;
	OPENAI_API_BASE_URLS: string[];
	OPENAI_API_KEYS: string[];
	OPENAI_API_CONFIGS: Record<string, ConnectionOptions>;
}

interface OllamaConfig {
	ENABLE_OLLAMA_API: boolean;
	OLLAMA_BASE_URLS: string[];
	OLLAMA_API_CONFIGS: Record<string, ConnectionOptions>;
}

export async function readConnections(kind: ProviderKind): Promise<ConnectionList> {
	if (kind === 'openai') {
		const config = await get<OpenAIConfig>('/openai/config');
		return {
			enabled: config.ENABLE_OPENAI_API,
			connections: config.OPENAI_API_BASE_URLS.map((url, index) => ({
				url,
				key: config.OPENAI_API_KEYS[index] ?? '',
				options: optionsOf(config.OPENAI_API_CONFIGS, index, url)
			}))
		};
	}
	const config = await get<OllamaConfig>('/ollama/config');
	return {
		enabled: config.ENABLE_OLLAMA_API,
		connections: config.OLLAMA_BASE_URLS.map((url, index) => {
			const options = optionsOf(config.OLLAMA_API_CONFIGS, index, url);
			return { url, key: options.key ?? '', options };
		})
	};
}

export function writeConnections(kind: ProviderKind, { enabled, connections }: ConnectionList): Promise<unknown> {
	const urls = connections.map((connection) => connection.url);
	if (kind === 'openai') {
		return post('/openai/config/update', {
			ENABLE_OPENAI_API: enabled,
			OPENAI_API_BASE_URLS: urls,
			OPENAI_API_KEYS: connections.map((connection) => connection.key),
			OPENAI_API_CONFIGS: byIndex(connections.map((connection) => connection.options))
		});
	}
	return post('/ollama/config/update', {
		ENABLE_OLLAMA_API: enabled,
		OLLAMA_BASE_URLS: urls,
		OLLAMA_API_CONFIGS: byIndex(
			connections.map(({ key, options }) => (key ? { ...options, key } : { ...options, key: undefined }))
		)
	});
}

/** Asks the provider for its models; answers how many it named, or null when it does not say. */
export async function verifyConnection(kind: ProviderKind, { url, key, options }: Connection): Promise<number | null> {
	const form = kind === 'openai' ? { url, key, config: options } : { url, key };
	const answer = await post<{ data?: unknown[] } | null>(`/${kind}/verify`, form);
	return Array.isArray(answer?.data) ? answer.data.length : null;
}

// Older configurations are keyed by the address instead of the position.
const optionsOf = (configs: Record<string, ConnectionOptions>, index: number, url: string): ConnectionOptions => ({
	...(configs[String(index)] ?? configs[url] ?? {})
});

const byIndex = (options: ConnectionOptions[]) => Object.fromEntries(options.map((option, index) => [String(index), option]));
