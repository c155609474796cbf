// Splits a stored answer into its text and the `<details type=…>` blocks that the server writes around reasoning and tools.

export type Segment =
	| { kind: 'text'; text: string }
	| { kind: 'reasoning'; text: string; done: boolean; seconds: number | null }
	| { kind: 'tool'; title: string; name: string; argument: string; result: string; done: boolean };

const DETAILS = /^<details type="(reasoning|tool_calls|code_interpreter)"([^>]*)>\n?([\s\S]*?)(?:<\/details>\n?|$(?![\s\S]))/gm;
const SUMMARY = /<summary>([\s\S]*?)<\/summary>\n?/;

export function splitSegments(content: string): Segment[] {
	if (!content.includes('<details type="')) return content ? [{ kind: 'text', text: content }] : [];
	const segments: Segment[] = [];
	let end = 0;
	const addText = (text: string) => text.trim() && segments.push({ kind: 'text', text });
	for (const match of content.matchAll(DETAILS)) {
		addText(content.slice(end, match.index));
		end = match.index + match[0].length;
		segments.push(describe(match[1] ?? '', readAttributes(match[2] ?? ''), match[3] ?? ''));
	}
	addText(content.slice(end));
	return segments;
}

/** The stored `<details …>` blocks of an answer, as they are written; an edited text is put behind them. */
export const detailsOf = (content: string): string => (content.match(DETAILS) ?? []).map((block) => `${block.trimEnd()}\n`).join('');

function describe(type: string, attributes: Record<string, string>, inside: string): Segment {
	const done = attributes.done !== 'false';
	const body = inside.replace(SUMMARY, '');
	if (type === 'reasoning') {
		const seconds = attributes.duration ? Number(attributes.duration) : null;
		return { kind: 'reasoning', text: unescapeHtml(unquote(body)).trim(), done, seconds };
	}
	return {
		kind: 'tool',
		title: unescapeHtml(SUMMARY.exec(inside)?.[1] ?? ''),
		name: attributes.name ?? (type === 'code_interpreter' ? 'Code' : 'Tool'),
		argument: attributes.arguments ?? body.trim(),
		result: attributes.result ?? attributes.output ?? '',
		done
	};
}

const unquote = (text: string) => text.replace(/^> ?/gm, '');

function readAttributes(text: string): Record<string, string> {
	const pairs = [...text.matchAll(/([\w-]+)="([^"]*)"/g)];
	return Object.fromEntries(pairs.map(([, name, value]) => [name, unescapeHtml(value ?? '')]));
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", amp: '&' };

/** Undoes HTML escaping, once. */
export const unescapeHtml = (text: string) =>
	text.replace(/&(lt|gt|quot|#x27|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
