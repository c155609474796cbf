// What splitting a stored answer into text, reasoning and tool blocks guarantees.
import { describe, expect, it } from 'vitest';
import { detailsOf, splitSegments } from './segments';

describe('detailsOf', () => {
	it('keeps the blocks and nothing of the text', () => {
		const block = '<details type="reasoning" done="true" duration="4">\n<summary>Thought</summary>\n> a\n</details>';
		expect(detailsOf(`${block}\nThe answer.`)).toBe(`${block}\n`);
		expect(detailsOf('The answer.')).toBe('');
	});
});

describe('splitSegments', () => {
	it('leaves plain text as one segment', () => {
		expect(splitSegments('Hello\n\nworld')).toEqual([{ kind: 'text', text: 'Hello\n\nworld' }]);
		expect(splitSegments('')).toEqual([]);
	});

	it('takes reasoning out, unquoted and unescaped', () => {
		const stored =
			'<details type="reasoning" done="true" duration="4">\n<summary>Thought for 4 seconds</summary>\n> a &lt; b\n> &amp;amp; c\n</details>\nThe answer.';
		expect(splitSegments(stored)).toEqual([
			{ kind: 'reasoning', text: 'a < b\n&amp; c', done: true, seconds: 4 },
			{ kind: 'text', text: 'The answer.' }
		]);
	});

	it('shows reasoning that is not closed yet', () => {
		const [segment] = splitSegments('<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n> hm');
		expect(segment).toEqual({ kind: 'reasoning', text: 'hm', done: false, seconds: null });
	});

	it('reads the attributes of a tool call', () => {
		const stored =
			'Before\n<details type="tool_calls" done="true" id="1" name="search" arguments="{&quot;q&quot;:1}" result="&quot;ok&quot;">\n<summary>Tool Executed</summary>\n</details>\nAfter';
		expect(splitSegments(stored)[1]).toEqual({
			kind: 'tool',
			title: 'Tool Executed',
			name: 'search',
			argument: '{"q":1}',
			result: '"ok"',
			done: true
		});
	});

	it('does not take a details block of the answer itself for reasoning', () => {
		const text = '<details><summary>More</summary>text</details>';
		expect(splitSegments(text)).toEqual([{ kind: 'text', text }]);
	});
});
