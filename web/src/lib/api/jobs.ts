// Readings of many files that can wait or end together.
import { get, post } from './http';
import type { Paged } from './knowledge';

export interface ReadingJob {
	id: string;
	knowledge_id?: string | null;
	status: 'running' | 'paused' | 'cancelled' | 'completed';
	total: number;
	done: number;
	failed: number;
	cancelled: number;
}

const PATH = '/api/v1/files/jobs';
const path = (id: string, action: string) => `${PATH}/${encodeURIComponent(id)}/${action}`;

export const createJob = (file_ids: string[], knowledge_id: string) => post<ReadingJob>(PATH, { file_ids, knowledge_id });
/** The caller's newest ones; administrators get those of everybody. */
export const listPausedJobs = async () => (await get<Paged<ReadingJob>>(`${PATH}?status=paused`)).items;
export const pauseJob = (id: string) => post<ReadingJob>(path(id, 'pause'));
export const resumeJob = (id: string) => post<ReadingJob>(path(id, 'resume'));
export const cancelJob = (id: string) => post<ReadingJob>(path(id, 'cancel'));
