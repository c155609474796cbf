// Sends a file to the server and tells how much of it has arrived; only XMLHttpRequest tells that.
import type { StoredFile } from './files';
import { ApiError, decode, readToken, UNREACHABLE } from './http';

export interface UploadOptions {
	/** The knowledge base that shall hold it, and the folder there. */
	knowledgeId?: string;
	folder?: string;
	/** Gets the part that has been sent, from 0 to 1. */
	progress?: (part: number) => void;
	signal?: AbortSignal;
}

/** Answers the stored file, whose text is then read in the background; throws ApiError. */
export function uploadFile(file: File, { knowledgeId, folder, progress, signal }: UploadOptions = {}): Promise<StoredFile> {
	const query = new URLSearchParams();
	if (knowledgeId) query.set('knowledge_id', knowledgeId);
	if (folder) query.set('folder', folder);
	const path = `/api/v1/files/${query.size ? `?${query}` : ''}`;
	const form = new FormData();
	form.append('file', file, file.name);
	const token = readToken();
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const give = () => request.abort();
		request.open('POST', path);
		if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
		request.upload.onprogress = ({ loaded, total }) => total && progress?.(loaded / total);
		request.onload = () => {
			const { status, statusText, responseText: text } = request;
			try {
				resolve(decode<StoredFile>({ path, token, status, statusText, text }));
			} catch (error) {
				reject(error);
			}
		};
		request.onerror = () => reject(new ApiError(0, UNREACHABLE));
		request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
		request.onloadend = () => signal?.removeEventListener('abort', give);
		signal?.addEventListener('abort', give);
		request.send(form);
		if (signal?.aborted) give();
	});
}
