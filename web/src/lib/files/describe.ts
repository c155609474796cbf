// Sizes and kinds of files as people say them.

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** "3.4 MB", in steps of 1,024. */
export function describeSize(bytes: number | undefined): string {
	if (bytes === undefined || !Number.isFinite(bytes) || bytes < 0) return '';
	let value = bytes;
	let unit = 0;
	while (value >= 1024 && unit < UNITS.length - 1) {
		value /= 1024;
		unit += 1;
	}
	const rounded = unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
	return `${rounded} ${unit === 0 && rounded === 1 ? 'byte' : UNITS[unit]}`;
}

export type FileKind = 'text' | 'document' | 'table' | 'slides' | 'picture' | 'code' | 'archive' | 'mail' | 'sound' | 'video';

const KINDS: [FileKind, RegExp][] = [
	['document', /\.(?:pdf|docx?|odt|rtf|epub|pages)$/i],
	['table', /\.(?:xlsx?|ods|csv|tsv)$/i],
	['slides', /\.(?:pptx?|odp|key)$/i],
	['picture', /\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|heic|avif)$/i],
	['archive', /\.(?:zip|tar|gz|7z|rar|xz)$/i],
	['mail', /\.(?:eml|msg)$/i],
	['sound', /\.(?:mp3|wav|m4a|flac|ogg|opus)$/i],
	['video', /\.(?:mp4|mov|mkv|webm|avi)$/i],
	['code', /\.(?:py|js|ts|tsx|jsx|svelte|go|rs|java|c|h|cpp|hpp|cs|rb|php|sh|sql|ya?ml|toml|json|xml|html?|css)$/i]
];

export const kindOf = (name: string): FileKind => KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'text';

/** "1 file", "2 files". */
export const countOf = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
