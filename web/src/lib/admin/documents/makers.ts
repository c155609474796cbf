// Short ways to write settings down, and when each matters.
import type { Scope, SettingField, Values } from './fields';

type More = Omit<SettingField, 'scope' | 'kind' | 'key' | 'title' | 'text'>;
type Maker = (key: string, title: string, text: string, more?: More) => SettingField;

const maker =
	(scope: Scope, kind: SettingField['kind']): Maker =>
	(key, title, text, more = {}) => ({ scope, kind, key, title, text, ...more });

export const flag = maker('retrieval', 'switch');
export const number = maker('retrieval', 'number');
export const line = maker('retrieval', 'text');
export const secret = maker('retrieval', 'secret');
export const select = maker('retrieval', 'select');
export const json = maker('retrieval', 'json');
export const webFlag = maker('web', 'switch');
export const webNumber = maker('web', 'number');
export const webLine = maker('web', 'text');
export const webSecret = maker('web', 'secret');
export const webSelect = maker('web', 'select');
export const webList = maker('web', 'list');
export const embedding = (kind: SettingField['kind']) => maker('embedding', kind);

/** Whether a setting has one of these values; an empty one counts as "". */
const isOneOf =
	(scope: Scope, key: string, ...wanted: string[]) =>
	(values: Values) =>
		wanted.includes(String(values[scope][key] ?? ''));
export const extraction = (engine: string): More => ({ when: isOneOf('retrieval', 'CONTENT_EXTRACTION_ENGINE', engine) });
export const embedder = (engine: string): More => ({ when: isOneOf('embedding', 'RAG_EMBEDDING_ENGINE', engine) });
export const searcher = (...engines: string[]): More => ({
	when: (values) => values.web.ENABLE_WEB_SEARCH === true && isOneOf('web', 'WEB_SEARCH_ENGINE', ...engines)(values)
});
export const loader = (...engines: string[]): More => ({ when: isOneOf('web', 'WEB_LOADER_ENGINE', ...engines) });
export const searched = (values: Values) => values.retrieval.BYPASS_EMBEDDING_AND_RETRIEVAL !== true;
export const mixed = (values: Values) => searched(values) && values.retrieval.ENABLE_RAG_HYBRID_SEARCH === true;
export const reranked = (values: Values) => mixed(values) && values.retrieval.RAG_RERANKING_ENGINE === 'external';
export const searchesWeb = (values: Values) => values.web.ENABLE_WEB_SEARCH === true;
