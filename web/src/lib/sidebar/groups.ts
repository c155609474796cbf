// Sorts chats under the headings of the history: Today, Yesterday, and so on.
import type { ChatSummary } from '$lib/api/chats';

export interface ChatGroup {
	heading: string;
	chats: ChatSummary[];
}

/** Groups chats, which come newest first, by the day of their last change. */
export function groupByDay(chats: readonly ChatSummary[], now = new Date()): ChatGroup[] {
	const groups: ChatGroup[] = [];
	for (const chat of chats) {
		const heading = headingOf(new Date(chat.updated_at * 1000), now);
		const last = groups.at(-1);
		if (last?.heading === heading) last.chats.push(chat);
		else groups.push({ heading, chats: [chat] });
	}
	return groups;
}

function headingOf(day: Date, now: Date): string {
	const age = daysBetween(day, now);
	if (age <= 0) return 'Today';
	if (age === 1) return 'Yesterday';
	if (age <= 7) return 'Previous 7 days';
	if (age <= 30) return 'Previous 30 days';
	if (day.getFullYear() === now.getFullYear()) return day.toLocaleDateString('en', { month: 'long' });
	return String(day.getFullYear());
}

// By calendar days in the local zone; rounding absorbs the hour of a clock change.
const daysBetween = (day: Date, now: Date) => Math.round((midnight(now) - midnight(day)) / 86_400_000);
const midnight = (moment: Date) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
