// Mathematics in Markdown: `$…$` and `\(…\)` inline, `$$…$$` and `\[…\]` displayed.
import type { TokenizerAndRendererExtension } from 'marked';
import { escapeHtml } from './highlight';
import { useMathematics } from './rich.svelte';

const DISPLAY = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])/;
// A dollar sign beside a blank or before a digit is money: "$5 and $10" stays text.
const INLINE = /^(?:\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)|\\\(([\s\S]+?)\\\))/;

function startOf(source: string): number | undefined {
	const place = source.search(/\$|\\\(|\\\[/);
	return place < 0 ? undefined : place;
}

/** HTML of a formula; the escaped source while KaTeX loads or when it cannot read it. */
export function renderMath(source: string, displayed: boolean): string {
	const katex = useMathematics();
	if (!katex) return `<code>${escapeHtml(source)}</code>`;
	return katex.renderToString(source, { displayMode: displayed, throwOnError: false, output: 'htmlAndMathml', maxExpand: 200, trust: false });
}

const blockMath: TokenizerAndRendererExtension = {
	name: 'blockMath',
	level: 'block',
	start: (source) => {
		const place = source.search(/\n(?:\$\$|\\\[)/);
		return place < 0 ? undefined : place + 1;
	},
	tokenizer(source) {
		const match = /^ {0,3}/.exec(source);
		const found = DISPLAY.exec(source.slice(match?.[0].length ?? 0));
		if (!found) return undefined;
		const raw = (match?.[0] ?? '') + found[0];
		if (!/^[ \t]*(?:\n|$)/.test(source.slice(raw.length))) return undefined;
		return { type: 'blockMath', raw, text: (found[1] ?? found[2] ?? '').trim() };
	},
	renderer: (token) => `<p>${renderMath(String(token.text), true)}</p>`
};

const inlineMath: TokenizerAndRendererExtension = {
	name: 'inlineMath',
	level: 'inline',
	start: startOf,
	tokenizer(source) {
		const displayed = DISPLAY.exec(source);
		const found = displayed ?? INLINE.exec(source);
		if (!found) return undefined;
		return { type: 'inlineMath', raw: found[0], text: (found[1] ?? found[2] ?? '').trim(), displayed: displayed !== null };
	},
	renderer: (token) => renderMath(String(token.text), token.displayed === true)
};

export const mathExtensions = [blockMath, inlineMath];
