// The numbered documents that an answer rests on, made from the sources that the server stores.
import type { PassageFacts, Source } from './types';

export interface CitedPassage {
	text: string;
	page: number | null;
	headings: string[];
	/** Where it stands in the text of the file, in characters; null when that is not known. */
	span: { start: number; end: number } | null;
}

export interface Citation {
	/** The number by which the answer names it, from 1. */
	number: number;
	name: string;
	fileId: string | null;
	/** Address of a web page. */
	link: string | null;
	passages: CitedPassage[];
}

/** Documents in the order in which the model was given them; passages of one document stand together. */
export function citationsOf(sources: readonly Source[]): Citation[] {
	const found = new Map<string, Citation>();
	for (const source of sources) {
		const documents = source.document?.length ? source.document : [''];
		documents.forEach((text, place) => {
			const facts = source.metadata?.[place] ?? {};
			const key = facts.file_id ?? facts.source ?? source.source?.id ?? source.source?.url ?? source.source?.name ?? `${found.size}`;
			const citation = found.get(key) ?? describe(found.size + 1, source, facts);
			if (text) citation.passages.push(passageOf(text, facts));
			found.set(key, citation);
		});
	}
	return [...found.values()];
}

function describe(number: number, source: Source, facts: PassageFacts): Citation {
	const link = [facts.source, source.source?.url].find((address) => /^https?:\/\//i.test(address ?? '')) ?? null;
	const name = facts.name || (facts.file_id ? facts.source : '') || source.source?.name || facts.source || `Source ${number}`;
	const fileId = facts.file_id ?? (source.source?.type === 'file' ? (source.source.id ?? null) : null);
	return { number, name, fileId, link, passages: [] };
}

function passageOf(text: string, facts: PassageFacts): CitedPassage {
	const { start_index: start, end_index: end, page, headings } = facts;
	const span = typeof start === 'number' ? { start, end: typeof end === 'number' ? end : start + [...text].length } : null;
	return { text, page: typeof page === 'number' ? page : null, headings: headingsOf(headings), span };
}

const headingsOf = (headings: PassageFacts['headings']): string[] =>
	Array.isArray(headings) ? headings.filter(Boolean) : headings ? [headings] : [];

/** "page 4 · Holidays › Carry-over". */
export const placeOf = ({ page, headings }: CitedPassage) =>
	[page === null ? '' : `page ${page}`, headings.join(' › ')].filter(Boolean).join(' · ');
