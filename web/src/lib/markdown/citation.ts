// Numbers of sources in an answer, such as [1] or [2, 3], as buttons that open the source.
import type { MarkedOptions, TokenizerAndRendererExtension } from 'marked';

/** Options of the parser, with the number of sources that the text may cite. */
export interface Citing extends MarkedOptions {
	citations?: number;
}

const NUMBERS = /^\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\](?!\(|:)/;

export const citationExtension: TokenizerAndRendererExtension = {
	name: 'citation',
	level: 'inline',
	start: (source) => {
		const place = source.search(/\[\d/);
		return place < 0 ? undefined : place;
	},
	tokenizer(source) {
		const found = NUMBERS.exec(source);
		// A number that the text itself defines as a link is one.
		if (!found || found[1]! in this.lexer.tokens.links) return undefined;
		return { type: 'citation', raw: found[0], text: found[1]! };
	},
	renderer(token) {
		const most = (this.parser.options as Citing).citations ?? 0;
		const numbers = String(token.text).split(/\s*[,;]\s*/).map(Number);
		if (!numbers.every((number) => number >= 1 && number <= most)) return token.raw;
		return numbers.map((number) => `<button class="citation" data-cite="${number}" aria-label="Source ${number}">${number}</button>`).join('');
	}
};
