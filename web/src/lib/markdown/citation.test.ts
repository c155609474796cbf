// Which numbers in an answer become buttons for sources.
import { describe, expect, it } from 'vitest';
import { BlockRenderer } from './blocks';

function page(markdown: string, citations: number) {
	const holder = document.createElement('div');
	holder.innerHTML = new BlockRenderer()
		.render(markdown, 0, citations)
		.map((block) => (block.kind === 'html' ? block.html : ''))
		.join('');
	return holder;
}
const cited = (holder: HTMLElement) => [...holder.querySelectorAll('[data-cite]')].map((button) => button.textContent);

describe('citations', () => {
	it.each([
		['Thirty days [1].', ['1']],
		['Both [1][2] say so.', ['1', '2']],
		['Both [1, 2] say so.', ['1', '2']],
		['- in a list [2]\n- **bold [1]**', ['2', '1']]
	])('are found in %j', (text, numbers) => {
		expect(cited(page(text, 2))).toEqual(numbers);
	});

	it.each(['Array [0] and [3].', 'A link [1](https://example.org).', 'Code `a[1]` stays.', '[1]: https://example.org\n\nSee [1].'])('are not made of %j', (text) => {
		expect(cited(page(text, 2))).toEqual([]);
	});

	it('stay text while there are no sources', () => {
		expect(page('See [1].', 0).textContent).toContain('[1]');
	});

	it('appear in what is shown already when the sources come later', () => {
		const renderer = new BlockRenderer();
		renderer.render('One [1].\n\nTwo.\n\nThree.\n\nFour.', 0, 0);
		const [first] = renderer.render('One [1].\n\nTwo.\n\nThree.\n\nFour.', 0, 1);
		expect(first).toMatchObject({ html: expect.stringContaining('data-cite="1"') });
	});
});
