// What the form of settings guarantees: it changes what was changed, and says what is wrong.
import { describe, expect, it } from 'vitest';
import { changesOf, problemOf, valueOf, withValue, type Values } from './fields';
import { SECTIONS } from './sections';

const values: Values = { retrieval: { TOP_K: 3, RAG_TEMPLATE: 'x' }, web: {}, embedding: { openai_config: { url: 'a', key: 'b' } } };
const fields = SECTIONS.flatMap((section) => section.fields);
const field = (key: string) => fields.find((one) => one.key === key)!;

describe('settings of documents', () => {
	it('are named once and explained', () => {
		const keys = fields.map(({ scope, key }) => `${scope}.${key}`);
		expect(new Set(keys).size).toBe(keys.length);
		for (const { title, text, kind, options } of fields) {
			expect(title && text).toBeTruthy();
			if (kind === 'select') expect(options?.length).toBeGreaterThan(1);
		}
	});

	it('change one value and leave the rest', () => {
		const next = withValue(values, field('openai_config.key'), 'c');
		expect(next.embedding).toEqual({ openai_config: { url: 'a', key: 'c' } });
		expect(valueOf(next, field('openai_config.url'))).toBe('a');
		expect(changesOf(values.retrieval, withValue(values, field('TOP_K'), 8).retrieval)).toEqual({ TOP_K: 8 });
	});

	it('refuse what the server would refuse', () => {
		expect(problemOf(field('TOP_K'), 0)).toBe('At least 1.');
		expect(problemOf(field('TOP_K'), null)).toBe('A number is needed.');
		expect(problemOf(field('FILE_MAX_SIZE'), null)).toBe('');
		expect(problemOf(field('HYBRID_BM25_WEIGHT'), 1.5)).toBe('At most 1.');
		expect(problemOf(field('DOCLING_PARAMS'), '{')).toBe('This is no JSON object.');
	});

	it('show what matters for the chosen engine only', () => {
		const shown = (chosen: Values) => fields.filter(({ when }) => when?.(chosen) ?? true).map(({ key }) => key);
		expect(shown(values)).not.toContain('TIKA_SERVER_URL');
		expect(shown(withValue(values, field('CONTENT_EXTRACTION_ENGINE'), 'tika'))).toContain('TIKA_SERVER_URL');
		expect(shown(values)).not.toContain('BRAVE_SEARCH_API_KEY');
	});
});
