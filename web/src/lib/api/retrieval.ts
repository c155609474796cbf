// How documents are read, cut, embedded and searched, as administrators set it; and reading a web page.
import { get, post } from './http';

/** Settings by their public names; the web's settings stand in a member of their own. */
export interface RetrievalConfig {
	web?: Record<string, unknown>;
	[name: string]: unknown;
}

export interface EmbeddingConfig {
	RAG_EMBEDDING_ENGINE?: string;
	RAG_EMBEDDING_MODEL?: string;
	RAG_EMBEDDING_BATCH_SIZE?: number;
	ENABLE_ASYNC_EMBEDDING?: boolean;
	openai_config?: EngineAddress | null;
	ollama_config?: EngineAddress | null;
	azure_openai_config?: EngineAddress | null;
	[name: string]: unknown;
}

export interface EngineAddress {
	url: string;
	key: string;
	version?: string | null;
}

export const readRetrievalConfig = () => get<RetrievalConfig>('/api/v1/retrieval/config');
export const writeRetrievalConfig = (change: RetrievalConfig) => post<RetrievalConfig>('/api/v1/retrieval/config/update', change);
export const readEmbeddingConfig = () => get<EmbeddingConfig>('/api/v1/retrieval/embedding');
export const writeEmbeddingConfig = (config: EmbeddingConfig) => post<EmbeddingConfig>('/api/v1/retrieval/embedding/update', config);
/** Has everything in all bases read again, in the background. */
export const readAllAgain = () => post<boolean>('/api/v1/knowledge/reindex');

/** Fetches a page and makes its text findable; answers the name of the collection that holds it. */
export const readPage = async (url: string) =>
	(await post<{ collection_name?: string | null; filename?: string }>('/api/v1/retrieval/process/web', { url })).collection_name ?? '';
