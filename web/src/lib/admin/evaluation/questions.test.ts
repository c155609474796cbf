// Which questions are understood from what people paste.
import { describe, expect, it } from 'vitest';
import { readQuestions } from './questions';

describe('readQuestions', () => {
	it('reads lines with bars, and puts the answers of one question together', () => {
		expect(readQuestions('How many days? | handbook.pdf | thirty days\nWhen? | at six\n\nHow many days? | faq.md |')).toEqual({
			questions: [
				{ question: 'How many days?', expected: [{ file: 'handbook.pdf', text: 'thirty days' }, { file: 'faq.md' }] },
				{ question: 'When?', expected: [{ text: 'at six' }] }
			],
			unclear: []
		});
	});

	it('reads what is copied from a table', () => {
		expect(readQuestions('When?\tparking.txt\tat six | or seven').questions).toEqual([{ question: 'When?', expected: [{ file: 'parking.txt', text: 'at six | or seven' }] }]);
	});

	it('reads JSON and JSON lines', () => {
		const expected = [{ question: 'When?', expected: [{ text: 'at six' }] }];
		expect(readQuestions('[{"question": "When?", "expected": ["at six"]}]').questions).toEqual(expected);
		expect(readQuestions('{"questions": [{"question": "When?", "expected": {"text": "at six", "file": ""}}]}').questions).toEqual(expected);
		expect(readQuestions('{"question": "When?", "expected": [{"text": "at six"}]}\n{broken').questions).toEqual(expected);
	});

	it('says which lines are unclear', () => {
		expect(readQuestions('No answer\nWhen? | at six\n| nothing asked').unclear).toEqual([1, 3]);
		expect(readQuestions('[{"question": "When?"}, 3]').unclear).toEqual([1, 2]);
		expect(readQuestions('  ').questions).toEqual([]);
	});
});
