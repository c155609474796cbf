// Cuts a text around a passage for display. Positions count characters as the server does: code points, not UTF-16 units.

export interface Span {
	start: number;
	end: number;
}

export interface Cut {
	before: string;
	marked: string;
	after: string;
	/** Whether text was left out at the beginning and at the end. */
	more: { before: boolean; after: boolean };
}

/** The index in the string of the character with this number. */
export function indexOfCharacter(text: string, number: number, from = { character: 0, index: 0 }): number {
	let { character, index } = from;
	while (character < number && index < text.length) {
		const unit = text.charCodeAt(index);
		const pair = unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length;
		index += pair ? 2 : 1;
		character += 1;
	}
	return index;
}

/** The passage with at most `room` UTF-16 units on either side; without a span the beginning of the text. */
export function cutAround(text: string, span: Span | null, room: { before: number; after: number }): Cut {
	const start = span ? indexOfCharacter(text, span.start) : 0;
	const end = span ? indexOfCharacter(text, span.end, { character: span.start, index: start }) : 0;
	const first = wholeFrom(text, Math.max(0, start - room.before));
	const last = wholeFrom(text, Math.min(text.length, end + room.after));
	return {
		before: text.slice(first, start),
		marked: text.slice(start, end),
		after: text.slice(end, last),
		more: { before: first > 0, after: last < text.length }
	};
}

/** Where a stored passage stands in a text that may have been read again since; null when it is not there. */
export function findPassage(text: string, passage: string, hint: Span | null): Span | null {
	const wanted = passage.trim();
	if (!wanted) return hint;
	if (hint) {
		const start = indexOfCharacter(text, hint.start);
		const end = indexOfCharacter(text, hint.end, { character: hint.start, index: start });
		if (same(text.slice(start, end), wanted)) return hint;
	}
	const index = text.indexOf(wanted);
	if (index < 0) return null;
	const start = [...text.slice(0, index)].length;
	return { start, end: start + [...wanted].length };
}

const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();
// A passage may have been stored with the headings above it, or shortened to fit.
const same = (there: string, wanted: string) => {
	const [one, other] = [squeeze(there), squeeze(wanted)];
	return one !== '' && (one === other || other.includes(one) || one.includes(other));
};

// Never between the two halves of a character.
const wholeFrom = (text: string, index: number) =>
	index > 0 && index < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index + 1 : index;
