// Moments as people say them.

const DAY = 86_400_000;

/** "3 minutes ago", or a date when it was longer ago than a week; `seconds` since the epoch. */
export function describeMoment(seconds: number, now = Date.now()): string {
	const distance = now - seconds * 1000;
	if (distance < 60_000) return 'just now';
	const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
	if (distance < 3_600_000) return relative.format(-Math.round(distance / 60_000), 'minute');
	if (distance < DAY) return relative.format(-Math.round(distance / 3_600_000), 'hour');
	if (distance < 7 * DAY) return relative.format(-Math.round(distance / DAY), 'day');
	return describeDate(seconds);
}

export const describeDate = (seconds: number) =>
	new Date(seconds * 1000).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
