// What incremental rendering guarantees: the same blocks as rendering the whole text at once, without repeated work.
import { describe, expect, it } from 'vitest';
import { BlockRenderer } from './blocks';

const ANSWER = `# Title

Some *text* with \`code\`.

- one

- two
  - nested

1. first
2. second

| a | b |
| - | -: |
| 1 | 2 |

\`\`\`python
def f():

    return 1
\`\`\`

> quote

Last line with $x$ of $5 and more.
`;

function grow(text: string, step: number) {
	const renderer = new BlockRenderer();
	let blocks = renderer.render('', 0);
	for (let end = step; end < text.length + step; end += step) blocks = renderer.render(text.slice(0, end), 0);
	return blocks;
}

describe('BlockRenderer', () => {
	it.each([1, 3, 7, 50])('gives the same blocks when the text grows by %i characters', (step) => {
		expect(grow(ANSWER, step)).toEqual(new BlockRenderer().render(ANSWER, 0));
	});

	it('repeats equal paragraphs without mixing them up', () => {
		const text = 'same\n\nsame\n\nsame\n\nsame\n\nother\n\nsame';
		expect(grow(text, 2)).toEqual(new BlockRenderer().render(text, 0));
		expect(grow(text, 2)).toHaveLength(6);
	});

	it('keeps the objects of finished blocks while the text grows', () => {
		const renderer = new BlockRenderer();
		const before = renderer.render('one\n\ntwo\n\nthree\n\nfour', 0);
		const after = renderer.render('one\n\ntwo\n\nthree\n\nfour and more', 0);
		expect(after[0]).toBe(before[0]);
		expect(after[2]).toBe(before[2]);
		expect(after[3]).not.toBe(before[3]);
	});

	it('tells code that is still being written from complete code', () => {
		const open = new BlockRenderer().render('```js\nlet a', 0);
		expect(open).toEqual([{ kind: 'code', code: 'let a', language: 'js', closed: false }]);
		const closed = new BlockRenderer().render('```js\nlet a\n```', 0);
		expect(closed).toEqual([{ kind: 'code', code: 'let a', language: 'js', closed: true }]);
	});

	it('resolves a link definition that arrives at the end', () => {
		const blocks = grow('See [here][1].\n\nb\n\nc\n\nd\n\n[1]: https://example.org/', 4);
		expect(blocks[0]).toMatchObject({ html: expect.stringContaining('href="https://example.org/"') });
	});
});
