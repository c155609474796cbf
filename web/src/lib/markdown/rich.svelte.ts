// Loads the heavy parts of rendering (syntax highlighting, mathematics) the first time an answer needs them.
import type { HLJSApi } from 'highlight.js';
import type katex from 'katex';

let highlighter: HLJSApi | null = null;
let mathematics: typeof katex | null = null;
let asked = { code: false, math: false };

/** Grows each time a part arrives: what was rendered without it must be rendered again. */
export const rich = $state({ version: 0 });

/** The highlighter, or null while it is loading. */
export function useHighlighter(): HLJSApi | null {
	if (!asked.code) {
		asked.code = true;
		import('highlight.js/lib/common')
			.then((module) => {
				highlighter = module.default;
				rich.version += 1;
			})
			.catch(() => (asked = { ...asked, code: false }));
	}
	return highlighter;
}

/** KaTeX, or null while it is loading. */
export function useMathematics(): typeof katex | null {
	if (!asked.math) {
		asked.math = true;
		Promise.all([import('katex'), import('katex/dist/katex.min.css')])
			.then(([module]) => {
				mathematics = module.default;
				rich.version += 1;
			})
			.catch(() => (asked = { ...asked, math: false }));
	}
	return mathematics;
}
