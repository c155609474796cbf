// When a "#" in a message asks for something to attach.
import { describe, expect, it } from 'vitest';
import { addressIn, mentionAt, withoutMention } from './mention';

const at = (text: string) => mentionAt(text, text.length);

describe('mentionAt', () => {
	it.each([
		['#', ''],
		['#hand', 'hand'],
		['What about #hand', 'hand'],
		['line\n#hand', 'hand'],
		['#https://example.org/#part', 'https://example.org/#part']
	])('finds one in %j', (text, query) => {
		expect(at(text)).toEqual({ start: text.indexOf('#'), query });
	});

	it.each(['', 'C#', 'issue#4', '# Title', '## ', '##', 'see #hand book'])('finds none in %j', (text) => {
		expect(at(text)).toBeNull();
	});

	it('looks before the caret only', () => {
		expect(mentionAt('#hand and more', 5)).toEqual({ start: 0, query: 'hand' });
		expect(mentionAt('#hand and more', 9)).toBeNull();
	});
});

describe('withoutMention', () => {
	it('leaves the rest as it was, with one blank', () => {
		expect(withoutMention('Ask #hand about it', { start: 4, query: 'hand' })).toEqual({ text: 'Ask about it', caret: 4 });
		expect(withoutMention('#hand', { start: 0, query: 'hand' })).toEqual({ text: '', caret: 0 });
	});
});

describe('addressIn', () => {
	it('knows addresses of pages', () => {
		expect(addressIn('https://example.org/a?b#c')).toBe('https://example.org/a?b#c');
		expect(addressIn('www.example.org')).toBe('https://www.example.org');
		for (const text of ['example', 'https://', 'ftp://example.org', 'http://localhost', 'javascript:alert(1)']) expect(addressIn(text)).toBeNull();
	});
});
