// Colours source code; unknown languages and very long code stay plain.
import { useHighlighter } from './rich.svelte';

// Above this length colouring takes longer than a frame, so it waits until the block is complete, or is left out.
const LIVE_LIMIT = 12_000;
const LIMIT = 120_000;

/** Answers safe HTML: the escaped code with `hljs-…` spans. */
export function highlight(code: string, language: string, live = false): string {
	if (code.length > (live ? LIVE_LIMIT : LIMIT)) return escapeHtml(code);
	const highlighter = language ? useHighlighter() : null;
	if (!highlighter?.getLanguage(language)) return escapeHtml(code);
	return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}

/** The first word after the fence, such as `python`. */
export const languageOf = (info: string | undefined) => (info ?? '').trim().split(/[\s{,:]/)[0]?.toLowerCase() ?? '';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
