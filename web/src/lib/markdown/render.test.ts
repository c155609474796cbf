// What rendering guarantees against hostile answers, and which Markdown it understands.
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './render';

const page = (markdown: string) => {
	const holder = document.createElement('div');
	holder.innerHTML = renderMarkdown(markdown);
	return holder;
};

describe('renderMarkdown', () => {
	it.each([
		'<script>alert(1)</script>',
		'<img src=x onerror=alert(1)>',
		'<svg onload=alert(1)><use href="data:image/svg+xml,x"/></svg>',
		'<iframe src="https://example.org"></iframe>',
		'<a href="javascript:alert(1)">x</a>',
		'[x](javascript:alert(1))',
		'[x](data:text/html,<script>alert(1)</script>)',
		'![x](javascript:alert(1))',
		'<form action="https://example.org"><input name="a"><button formaction="javascript:alert(1)">b</button></form>',
		'<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
		'<div style="position:fixed;inset:0;background:url(https://example.org/x)">cover</div>',
		'<details open ontoggle=alert(1)>x</details>',
		'```html\n<img src=x onerror=alert(1)>\n```',
		'$\\href{javascript:alert(1)}{x}$'
	])('makes %s harmless', (markdown) => {
		const holder = page(markdown);
		expect(holder.querySelector('script,iframe,form,style,object,embed,use')).toBeNull();
		for (const element of holder.querySelectorAll('*')) {
			for (const attribute of element.attributes) {
				expect(attribute.name).not.toMatch(/^on|^form|^action$/);
				expect(attribute.value).not.toMatch(/javascript:|data:text|fixed|url\(/);
			}
		}
	});

	it('opens links in a new window without giving it this one', () => {
		const link = page('[site](https://example.org)').querySelector('a');
		expect(link?.target).toBe('_blank');
		expect(link?.rel).toContain('noopener');
	});

	it('drops images from addresses that are neither web, data nor this server', () => {
		expect(page('![a](https://example.org/a.png)').querySelector('img')).not.toBeNull();
		expect(page('![a](/api/v1/files/1/content)').querySelector('img')).not.toBeNull();
		expect(page('![a](//example.org/a.png)').querySelector('img')).toBeNull();
		expect(page('![a](file:///etc/passwd)').querySelector('img')).toBeNull();
	});

	it('takes the classes of the page away from an answer', () => {
		expect(page('<div class="fixed inset-0 hljs">x</div>').querySelector('div')?.className).toBe('hljs');
	});

	it('renders tables, task lists and line breaks', () => {
		const holder = page('| a |\n| - |\n| 1 |\n\n- [x] done\n- [ ] open\n\none\ntwo');
		expect(holder.querySelectorAll('.table-scroll td')).toHaveLength(1);
		expect(holder.querySelectorAll('input[type=checkbox][disabled]')).toHaveLength(2);
		expect(holder.querySelector('br')).not.toBeNull();
	});

	it('leaves prices alone', () => {
		expect(page('It costs $5 and then $10.').textContent).toBe('It costs $5 and then $10.\n');
	});
});
