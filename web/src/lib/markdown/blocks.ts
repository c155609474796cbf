// Incremental Markdown: while an answer grows only its last blocks are parsed and rendered again.
import type { Token, Tokens } from 'marked';
import { languageOf } from './highlight';
import { lex, renderBlock } from './render';

/** A top-level piece of an answer: source code to be shown with a toolbar, or finished HTML. */
export type Block =
	| { kind: 'code'; code: string; language: string; closed: boolean }
	| { kind: 'html'; html: string };

interface Cached {
	raw: string;
	block: Block;
}

// A list or table may still continue after a blank line, so the last two blocks stay open.
const OPEN_BLOCKS = 2;
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:.*$/gm;

export class BlockRenderer {
	#text = '';
	#definitions = '';
	#settled: Cached[] = [];
	#settledLength = 0;
	#open: Cached[] = [];
	#version = -1;
	#citations = 0;

	/**
	 * Blocks of `text`; cheap when it continues the text of the call before. `version` invalidates everything;
	 * `citations` says how many sources the text may cite.
	 */
	render(source: string, version: number, citations = 0): Block[] {
		const text = source.replaceAll('\r\n', '\n');
		const definitions = text.match(DEFINITION)?.join() ?? '';
		const continues = text.startsWith(this.#text) && definitions === this.#definitions;
		if (version !== this.#version || citations !== this.#citations || !continues) this.#reset(version);
		this.#citations = citations;
		if (text === this.#text && this.#text) return this.#blocks();
		this.#text = text;
		this.#definitions = definitions;
		const tokens = lex(text.slice(this.#settledLength)).filter(({ type }) => type !== 'space' && type !== 'def');
		const pieces = tokens.map((token, place) => {
			const known = this.#open[place];
			return known?.raw === token.raw ? known : { raw: token.raw, block: describe(token, citations) };
		});
		// Link definitions apply to the whole text: with them nothing may be cut off and parsed alone.
		const settling = definitions ? 0 : Math.max(0, pieces.length - OPEN_BLOCKS);
		for (const piece of pieces.slice(0, settling)) {
			this.#settledLength = text.indexOf(piece.raw, this.#settledLength) + piece.raw.length;
		}
		this.#settled.push(...pieces.slice(0, settling));
		this.#open = pieces.slice(settling);
		return this.#blocks();
	}

	#blocks(): Block[] {
		return [...this.#settled, ...this.#open].map((cached) => cached.block);
	}

	#reset(version: number): void {
		this.#text = '';
		this.#settled = [];
		this.#settledLength = 0;
		this.#open = [];
		this.#version = version;
	}
}

function describe(token: Token, citations: number): Block {
	if (token.type !== 'code') return { kind: 'html', html: renderBlock(token, citations) };
	const { text, lang, raw } = token as Tokens.Code;
	const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
	return { kind: 'code', code: text, language: languageOf(lang), closed: !fence || raw.trimEnd().endsWith(`\n${fence}`) };
}
