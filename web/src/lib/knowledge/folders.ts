// The folders of a base as a tree, made from the paths that the server lists.
import type { KnowledgeFolder } from '$lib/api/knowledge';

export interface FolderLine {
	path: string;
	name: string;
	/** Files in it and in all folders below. */
	count: number;
	unfinished: number;
	failed: number;
}

/** The folders directly below a path, each with the sums of everything in it. */
export function foldersBelow(folders: readonly KnowledgeFolder[], path: string): FolderLine[] {
	const beginning = path ? `${path}/` : '';
	const lines = new Map<string, FolderLine>();
	for (const { folder, count, unfinished, failed } of folders) {
		if (!folder || !folder.startsWith(beginning)) continue;
		const name = folder.slice(beginning.length).split('/')[0] ?? '';
		if (!name) continue;
		const line = lines.get(name) ?? { path: beginning + name, name, count: 0, unfinished: 0, failed: 0 };
		lines.set(name, {
			...line,
			count: line.count + count,
			unfinished: line.unfinished + unfinished,
			failed: line.failed + failed
		});
	}
	return [...lines.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** The sums over a whole base. */
export const totalOf = (folders: readonly KnowledgeFolder[]) =>
	folders.reduce(
		(sum, { count, unfinished, failed }) => ({
			count: sum.count + count,
			unfinished: sum.unfinished + unfinished,
			failed: sum.failed + failed
		}),
		{ count: 0, unfinished: 0, failed: 0 }
	);

/** "a/b/c" as the steps that lead there. */
export function stepsTo(path: string): { name: string; path: string }[] {
	const names = path.split('/').filter(Boolean);
	return names.map((name, place) => ({ name, path: names.slice(0, place + 1).join('/') }));
}

/** Every folder there is, those that hold only folders too. */
export function allFolders(folders: readonly KnowledgeFolder[]): string[] {
	const paths = new Set(folders.flatMap(({ folder }) => stepsTo(folder).map((step) => step.path)));
	return [...paths].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

/** A path as someone typed it, without empty steps and blanks around names. */
export const tidyPath = (text: string) =>
	text
		.split(/[/\\]/)
		.map((name) => name.trim())
		.filter((name) => name && name !== '.' && name !== '..')
		.join('/');
