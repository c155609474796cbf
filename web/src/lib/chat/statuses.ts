// What happens before an answer is written, in words.
import { countOf } from '$lib/files/describe';
import type { Status } from './types';

/** A line for a status; empty when there is nothing to tell. */
export function describeStatus(status: Status): string {
	const filled = fill(status);
	if (filled) return filled;
	const { action, done, query, queries, count, urls, items } = status;
	switch (action) {
		case 'knowledge_search':
			return query ? `${done ? 'Searched' : 'Searching'} for “${query}”` : done ? 'Searched the documents' : 'Searching the documents';
		case 'queries_generated':
		case 'web_search_queries_generated':
			return queries?.length ? `Looking for ${queries.map((one) => `“${one}”`).join(', ')}` : 'Thinking about what to look for';
		case 'sources_retrieved':
			if (count === 0) return 'Nothing fitting was found in the documents';
			return count ? `Found ${countOf(count, 'source')}` : 'Found sources';
		case 'web_search': {
			const sites = items?.length ?? urls?.length ?? 0;
			return done ? `Searched the web${sites ? `, ${countOf(sites, 'page')}` : ''}` : 'Searching the web';
		}
		default:
			return '';
	}
}

/** The lines to show, the last of each action only; whatever has a successor, or an answer behind it, is done. */
export function statusLines(statuses: readonly Status[], writing = false): { text: string; done: boolean; failed: boolean }[] {
	const last = new Map<string, Status>();
	for (const status of statuses) {
		const key = status.action ?? `${last.size}`;
		// A later status takes the place of the earlier one of the same action.
		last.delete(key);
		last.set(key, status);
	}
	return [...last.values()]
		.filter(({ hidden }) => !hidden)
		.map((status, place, all) => ({ ...status, done: status.done !== false || !writing || place < all.length - 1 }))
		.map((status) => ({ text: describeStatus(status), done: status.done, failed: Boolean(status.error) }))
		.filter(({ text }) => text !== '');
}

// Some descriptions name a member of the status in double braces.
const fill = ({ description, query, queries, count, urls, items }: Status): string => {
	const values: Record<string, string> = {
		searchQuery: query ?? queries?.join(', ') ?? '',
		query: query ?? '',
		count: String(count ?? urls?.length ?? items?.length ?? '')
	};
	return (description ?? '').replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => values[name] ?? '').trim();
};
