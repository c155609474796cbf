// How far the reading of files has come: told over the socket, asked for when nothing is told.
import { readFileStatus, type FileState, type FileStatus } from '$lib/api/files';
import { ApiError } from '$lib/api/http';
import { connection } from '$lib/socket/connection';

export interface FileNews extends FileStatus {
	id: string;
}

interface ServerEvent {
	data?: { type?: string; data?: { id?: string; file_id?: string; status?: string; progress?: number; error?: string | null } };
}

const ASK_AFTER = 3000;
const GONE = new Set([401, 403, 404]);

/** The state in the words of the public interface. */
export function publicState(status: string | undefined): FileState {
	if (status === 'completed' || status === 'failed') return status;
	return status === 'cancelled' ? 'failed' : 'pending';
}

/** Listens to what the server tells about any file; answers how to stop. */
export function onFileNews(listener: (news: FileNews) => void): () => void {
	return connection.on<ServerEvent>('events', (event) => {
		const news = event.data?.data;
		const id = news?.id ?? news?.file_id;
		if (event.data?.type !== 'file:status' || !news || !id) return;
		listener({ id, status: publicState(news.status), progress: news.progress, error: news.error });
	});
}

/** Follows one file until it has been read or has failed; answers how to stop earlier. */
export function followFile(id: string, listener: (status: FileStatus) => void): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let ended = false;
	const stopListening = onFileNews((news) => news.id === id && tell(news));

	function end() {
		ended = true;
		clearTimeout(timer);
		stopListening();
	}

	function tell(status: FileStatus) {
		if (ended) return;
		clearTimeout(timer);
		if (status.status === 'pending') timer = setTimeout(ask, ASK_AFTER);
		else end();
		listener(status);
	}

	async function ask() {
		try {
			const status = await readFileStatus(id);
			tell({ ...status, status: publicState(status.status) });
		} catch (error) {
			if (error instanceof ApiError && GONE.has(error.status)) return tell({ status: 'failed', error: 'This file is no longer there.' });
			// A server that is away for a moment is asked again.
			if (!ended) timer = setTimeout(ask, ASK_AFTER * 2);
		}
	}

	void ask();
	return end;
}
