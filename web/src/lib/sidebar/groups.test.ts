// What the headings of the history guarantee.
import { describe, expect, it } from 'vitest';
import { groupByDay } from './groups';

const now = new Date(2026, 5, 15, 0, 30);
const chat = (id: string, moment: Date) => ({ id, title: id, created_at: 0, updated_at: moment.getTime() / 1000 });

describe('groupByDay', () => {
	it('goes by calendar days, not by hours', () => {
		const groups = groupByDay([chat('a', new Date(2026, 5, 15, 0, 1)), chat('b', new Date(2026, 5, 14, 23, 59))], now);
		expect(groups.map(({ heading }) => heading)).toEqual(['Today', 'Yesterday']);
	});

	it('keeps neighbours together and names months and years', () => {
		const groups = groupByDay(
			[
				chat('a', new Date(2026, 5, 12)),
				chat('b', new Date(2026, 5, 9)),
				chat('c', new Date(2026, 4, 20)),
				chat('d', new Date(2026, 1, 3)),
				chat('e', new Date(2024, 1, 3))
			],
			now
		);
		expect(groups.map(({ heading, chats }) => [heading, chats.length])).toEqual([
			['Previous 7 days', 2],
			['Previous 30 days', 1],
			['February', 1],
			['2024', 1]
		]);
	});

	it('counts a clock that runs ahead as today', () => {
		expect(groupByDay([chat('a', new Date(2026, 5, 16))], now)[0]?.heading).toBe('Today');
	});
});
