// What the stream reducer guarantees whatever the network does to the events.
import { describe, expect, it } from 'vitest';
import {
	abandonResume,
	answerText,
	finishResume,
	needsResume,
	openStream,
	receive,
	startResume,
	type StreamItem,
	type StreamState
} from './stream';

const text = (seq: number, words: string, reasoning = false): StreamItem => ({ seq, text: words, reasoning });
const event = (seq: number, type: string, data: unknown = null): StreamItem => ({ seq, type, data });
const play = (items: StreamItem[], state: StreamState = openStream('t', 'c', 'm')) => items.reduce(receive, state);
const started = () => play([event(1, 'chat:stream', { stream: 's1' })]);

describe('an undisturbed stream', () => {
	it('appends the deltas in order', () => {
		const state = play([text(2, 'Hel'), text(3, 'lo')], started());
		expect(answerText(state)).toBe('Hello');
		expect(state).toMatchObject({ stream: 's1', seq: 3, done: false });
	});

	it('keeps reasoning apart from the answer and in its place', () => {
		const state = play([text(2, 'hm', true), text(3, '…', true), text(4, 'Yes'), text(5, 'wait', true)], started());
		expect(state.parts).toEqual([
			{ kind: 'reasoning', text: 'hm…' },
			{ kind: 'text', text: 'Yes' },
			{ kind: 'reasoning', text: 'wait' }
		]);
		expect(answerText(state)).toBe('Yes');
	});

	it('ends with the content of the server', () => {
		const state = play([text(2, 'Hel'), event(3, 'chat:completion', { done: true, content: 'Hello!', title: 'T' })], started());
		expect(answerText(state)).toBe('Hello!');
		expect(state.done).toBe(true);
	});

	it('collects usage, sources, statuses and errors', () => {
		const state = play(
			[
				event(2, 'chat:completion', { sources: [{ source: { name: 'a' } }] }),
				event(3, 'status', { description: 'Searching', done: false }),
				event(4, 'source', { source: { name: 'b' } }),
				event(5, 'chat:completion', { usage: { total_tokens: 3 } }),
				event(6, 'chat:message:error', { error: { content: 'broken' } })
			],
			started()
		);
		expect(state.sources).toHaveLength(2);
		expect(state.statuses).toEqual([{ description: 'Searching', done: false }]);
		expect(state.usage).toEqual({ total_tokens: 3 });
		expect(state.error).toEqual({ content: 'broken' });
	});

	it('starts from the text that a continued answer had', () => {
		const state = play([event(1, 'chat:stream', { stream: 's1', content: 'Once ' }), text(2, 'upon')]);
		expect(answerText(state)).toBe('Once upon');
	});

	it('appends to the text that this window knows of a continued answer', () => {
		const state = play([event(1, 'chat:stream', { stream: 's1' }), text(2, 'upon')], openStream('t', 'c', 'm', 'Once '));
		expect(answerText(state)).toBe('Once upon');
		const told = play([event(1, 'chat:stream', { stream: 's1', content: '' }), text(2, 'upon')], openStream('t', 'c', 'm', 'Once '));
		expect(answerText(told)).toBe('upon');
	});

	it('keeps what arrived when the answer is stopped', () => {
		const state = play(
			[text(2, 'Hel'), event(3, 'chat:tasks:cancel'), event(4, 'chat:completion', { done: true, content: 'Hel' })],
			started()
		);
		expect(state).toMatchObject({ cancelled: true, done: true, content: 'Hel' });
	});
});

describe('duplicates and late events', () => {
	it('ignores what it has seen', () => {
		const state = play([text(2, 'a'), text(2, 'a'), text(1, 'x'), text(3, 'b')], started());
		expect(answerText(state)).toBe('ab');
	});

	it('ignores everything after the end', () => {
		const done = play([event(2, 'chat:completion', { done: true, content: 'x' })], started());
		expect(receive(done, text(3, 'y'))).toBe(done);
	});

	it('ignores event types it does not know, but counts them', () => {
		expect(play([event(2, 'something:new', {}), text(3, 'a')], started()).seq).toBe(3);
	});
});

describe('a gap', () => {
	it('asks for the missing events once', () => {
		const gap = play([text(2, 'a'), text(4, 'c')], started());
		expect(needsResume(gap)).toBe(true);
		expect(gap.seq).toBe(2);
		const asked = receive(startResume(gap), text(5, 'd'));
		expect(needsResume(asked)).toBe(false);
		expect(answerText(asked)).toBe('a');
	});

	it('is filled by the answer, followed by what was buffered', () => {
		const asked = play([text(5, 'd'), text(6, 'e')], startResume(play([text(2, 'a'), text(4, 'c')], started())));
		const state = finishResume(asked, { status: true, stream: 's1', events: [[4, 'bc']] });
		expect(answerText(state)).toBe('abcde');
		expect(state).toMatchObject({ seq: 6, waiting: [] });
		expect(needsResume(state)).toBe(false);
	});

	it('asks again when the answer does not close it', () => {
		const asked = receive(startResume(play([text(4, 'c')], started())), text(9, 'z'));
		const state = finishResume(asked, { status: true, events: [[4, 'abc']] });
		expect(state.seq).toBe(4);
		expect(needsResume(state)).toBe(true);
	});

	it('closes by itself when the events only changed places', () => {
		const state = play([text(3, 'b'), text(4, 'c'), text(2, 'a')], started());
		expect(answerText(state)).toBe('abc');
		expect(needsResume(state)).toBe(false);
	});

	it('can be asked for again after a request without an answer', () => {
		expect(needsResume(abandonResume(startResume(play([text(3, 'b')], started()))))).toBe(true);
	});
});

describe('a reload in mid-answer', () => {
	it('rebuilds the answer from the first event', () => {
		const asked = receive(startResume(openStream('t', 'c', 'm')), text(40, '!'));
		const state = finishResume(asked, {
			status: true,
			stream: 's9',
			done: false,
			events: [{ seq: 1, data: { type: 'chat:stream', data: { stream: 's9' } } }, [10, 'why', 'reasoning'], [39, 'Hello']]
		});
		expect(answerText(state)).toBe('Hello!');
		expect(state.parts[0]).toEqual({ kind: 'reasoning', text: 'why' });
		expect(state.stream).toBe('s9');
	});

	it('ends when the answer was completed meanwhile', () => {
		const state = finishResume(startResume(openStream('t', 'c', 'm')), {
			status: true,
			stream: 's9',
			done: true,
			events: [[39, 'Hello'], { seq: 40, data: { type: 'chat:completion', data: { done: true, content: 'Hello' } } }]
		});
		expect(state).toMatchObject({ done: true, content: 'Hello' });
	});
});
