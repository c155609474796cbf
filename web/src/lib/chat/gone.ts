// Finds out which documents of a chat have been deleted, or are no longer shared, since they were attached.
import { readFileStatus } from '$lib/api/files';
import { ApiError } from '$lib/api/http';
import { readKnowledge } from '$lib/api/knowledge';
import type { Attached } from './attached';

/** Whether an error may mean that a document is not there: this interface has several statuses for that. */
export const mayMeanGone = (error: unknown) => error instanceof ApiError && [400, 401, 403, 404].includes(error.status);

/** Those that are not there any more; what cannot be found out counts as there. */
export async function findGone(files: readonly Attached[]): Promise<Attached[]> {
	const gone = await Promise.all(files.map(isGone));
	return files.filter((_, place) => gone[place]);
}

async function isGone(item: Attached): Promise<boolean> {
	try {
		if (item.type === 'collection') await readKnowledge(item.id);
		if (item.type === 'file') await readFileStatus(item.id);
		return false;
	} catch (error) {
		return mayMeanGone(error);
	}
}
