// Reads questions with their answers from what is typed or pasted: JSON, or one question per line.
import type { EvaluationQuestion, ExpectedPassage } from '$lib/api/evaluations';

export interface Understood {
	questions: EvaluationQuestion[];
	/** Numbers of the lines, from 1, that could not be understood. */
	unclear: number[];
}

export const MOST_QUESTIONS = 2000;

/**
 * A line is "question | file | passage"; without a second bar what follows the first is the passage.
 * Lines with the same question belong together. JSON is a list of {question, expected: [{file, text}]}.
 */
export function readQuestions(text: string): Understood {
	const trimmed = text.trim();
	if (!trimmed) return { questions: [], unclear: [] };
	return /^[[{]/.test(trimmed) ? readJson(trimmed) : readLines(text);
}

function readLines(text: string): Understood {
	const found = new Map<string, ExpectedPassage[]>();
	const unclear: number[] = [];
	text.split(/\r?\n/).forEach((line, place) => {
		if (!line.trim()) return;
		const [question = '', first = '', ...rest] = line.split(line.includes('\t') ? '\t' : '|').map((part) => part.trim());
		const passage = rest.length ? { file: first, text: rest.join(' | ').trim() } : { text: first };
		const expected = withoutEmpty(passage);
		if (!question || !expected) unclear.push(place + 1);
		else found.set(question, [...(found.get(question) ?? []), expected]);
	});
	return { questions: [...found].map(([question, expected]) => ({ question, expected })), unclear };
}

function readJson(text: string): Understood {
	let list: unknown;
	try {
		const read: unknown = JSON.parse(text);
		list = Array.isArray(read) ? read : ((read as { questions?: unknown }).questions ?? [read]);
	} catch {
		return readJsonLines(text);
	}
	return collect(Array.isArray(list) ? list : []);
}

function readJsonLines(text: string): Understood {
	const lines = text.split(/\r?\n/).filter((line) => line.trim());
	return collect(
		lines.map((line) => {
			try {
				return JSON.parse(line) as unknown;
			} catch {
				return null;
			}
		})
	);
}

function collect(items: unknown[]): Understood {
	const read = items.map(questionOf);
	return {
		questions: read.filter((question) => question !== null),
		unclear: read.flatMap((question, place) => (question ? [] : [place + 1]))
	};
}

function questionOf(value: unknown): EvaluationQuestion | null {
	const { question, expected } = (value ?? {}) as { question?: unknown; expected?: unknown };
	const given = Array.isArray(expected) ? expected : expected === undefined ? [] : [expected];
	const passages = given.map((one: unknown) => withoutEmpty(typeof one === 'string' ? { text: one } : (one as ExpectedPassage))).filter((one) => one !== null);
	return typeof question === 'string' && question.trim() && passages.length ? { question: question.trim(), expected: passages } : null;
}

function withoutEmpty(passage: ExpectedPassage | null): ExpectedPassage | null {
	const file = passage?.file ? String(passage.file) : '';
	const text = passage?.text ? String(passage.text) : '';
	return file || text ? { ...(file ? { file } : {}), ...(text ? { text } : {}) } : null;
}
