// Which files a base does not hold yet: whoever adds a folder once more wants to have the changes, not everything twice.
import { compareWithKnowledge } from '$lib/api/knowledge';
import type { PickedFile } from '$lib/files/dropped';

export interface Added {
	/** What shall be uploaded. */
	files: PickedFile[];
	/** The files of the base whose place some of them take. */
	former: Map<PickedFile, string>;
	/** How many are there already. */
	same: number;
}

// A browser reads a file as a whole to digest it.
const LARGEST = 128 * 1024 * 1024;

/** Compares files with a folder of a base by path and content; without a secure context all count as new. */
export async function compare(knowledgeId: string, folder: string, picked: readonly PickedFile[]): Promise<Added> {
	const digests = new Map<string, { file: PickedFile; hash: string }>();
	for (const file of picked) {
		const hash = await digestOf(file.file);
		if (hash) digests.set(pathOf(file), { file, hash });
	}
	if (digests.size === 0) return { files: [...picked], former: new Map(), same: 0 };
	const described = [...digests].map(([path, { file, hash }]) => ({ path, hash, size: file.file.size }));
	const { add, replace } = await compareWithKnowledge(knowledgeId, described, folder);
	const wanted = new Set([...add, ...replace].map(({ path }) => path));
	const files = picked.filter((file) => digests.get(pathOf(file))?.file !== file || wanted.has(pathOf(file)));
	const former = new Map<PickedFile, string>();
	for (const { path, file_id } of replace) {
		const file = digests.get(path)?.file;
		if (file && file_id) former.set(file, file_id);
	}
	return { files, former, same: picked.length - files.length };
}

const pathOf = ({ folder, file }: PickedFile) => (folder ? `${folder}/${file.name}` : file.name);

async function digestOf(file: File): Promise<string> {
	if (!globalThis.crypto?.subtle || file.size > LARGEST) return '';
	try {
		const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
		return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	} catch {
		// The upload says what is wrong with it.
		return '';
	}
}
