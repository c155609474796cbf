// Markdown to HTML: one configured parser, its renderers for code, tables and links, and the sanitiser at the end.
import { Marked, type Token, type TokensList } from 'marked';
import { citationExtension, type Citing } from './citation';
import { escapeHtml, highlight, languageOf } from './highlight';
import { mathExtensions } from './math';
import { sanitize } from './sanitize';

const parser = new Marked({ gfm: true, breaks: true });

parser.use({
	extensions: [...mathExtensions, citationExtension],
	renderer: {
		code({ text, lang }) {
			const language = languageOf(lang);
			const head = `<span>${escapeHtml(language || 'text')}</span><button data-copy="code" aria-label="Copy code">Copy</button>`;
			return `<div class="code-block"><div class="code-head">${head}</div><pre><code class="hljs">${highlight(text, language)}</code></pre></div>`;
		},
		table(token) {
			const row = (cells: typeof token.header) =>
				`<tr>${cells.map((cell) => this.tablecell(cell)).join('')}</tr>`;
			const body = token.rows.map(row).join('');
			return `<div class="table-scroll"><table><thead>${row(token.header)}</thead><tbody>${body}</tbody></table></div>`;
		}
	}
});

/** The top-level blocks of a text. */
export const lex = (text: string): TokensList => parser.lexer(text);

/** Safe HTML of one block that may cite so many sources. */
export function renderBlock(token: Token, citations = 0): string {
	const options: Citing = { ...parser.defaults, citations };
	return sanitize(parser.parser([token], options));
}

/** Safe HTML of a whole text. */
export const renderMarkdown = (text: string): string => sanitize(parser.parse(text, { async: false }));
