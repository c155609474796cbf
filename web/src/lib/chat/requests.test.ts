// What of a chat reaches the model.
import { describe, expect, it } from 'vitest';
import { requestMessages } from './requests';
import { append, emptyHistory } from './tree';
import type { Message } from './types';

const message = (id: string, parentId: string | null, role: Message['role'], more: Partial<Message> = {}): Message => ({
	id,
	parentId,
	childrenIds: [],
	role,
	content: id,
	timestamp: 0,
	...more
});

describe('requestMessages', () => {
	it('puts pictures behind the text, and leaves documents to the search', () => {
		const files = [
			{ type: 'image', url: 'data:image/jpeg;base64,x' },
			{ type: 'file', id: 'f', name: 'f.md', url: 'f' }
		] as Message['files'];
		const history = append(emptyHistory(), message('Look', null, 'user', { files }));
		expect(requestMessages(history, 'Look')).toEqual([
			{
				role: 'user',
				content: [
					{ type: 'text', text: 'Look' },
					{ type: 'image_url', image_url: { url: 'data:image/jpeg;base64,x' } }
				]
			}
		]);
	});

	it('leaves reasoning and empty answers out', () => {
		const reasoned = '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> hm\n</details>\nYes.';
		const history = [
			message('q', null, 'user'),
			message('a', 'q', 'assistant', { content: reasoned }),
			message('r', 'a', 'user'),
			message('b', 'r', 'assistant', { content: '' })
		].reduce(append, emptyHistory());
		expect(requestMessages(history, 'b', 'Be brief')).toEqual([
			{ role: 'system', content: 'Be brief' },
			{ role: 'user', content: 'q' },
			{ role: 'assistant', content: 'Yes.' },
			{ role: 'user', content: 'r' }
		]);
	});
});
