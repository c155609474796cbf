// The reading of all files of a base that are not read yet: it can wait, go on and end.
import { cancelJob, createJob, listPausedJobs, pauseJob, resumeJob, type ReadingJob } from '$lib/api/jobs';

export class Reading {
	/** What waits until somebody lets it go on. */
	paused = $state.raw<ReadingJob[]>([]);
	readonly waiting = $derived(this.paused.reduce((sum, { total, done, failed, cancelled }) => sum + total - done - failed - cancelled, 0));

	constructor(private readonly knowledgeId: string) {}

	async load(): Promise<void> {
		this.paused = (await listPausedJobs()).filter(({ knowledge_id }) => knowledge_id === this.knowledgeId);
	}

	/** The same where nobody asked for it: the files are shown all the same when it cannot be told. */
	async look(): Promise<void> {
		await this.load().catch(() => {});
	}

	/** Lets none of these files be begun. */
	async pause(ids: string[]): Promise<void> {
		if (ids.length) await pauseJob((await createJob(ids, this.knowledgeId)).id);
		await this.load();
	}

	async resume(): Promise<void> {
		for (const { id } of this.paused) await resumeJob(id);
		await this.load();
	}

	/** Gives these files up, and what waits; each can be tried again. */
	async stop(ids: string[]): Promise<void> {
		if (ids.length) await cancelJob((await createJob(ids, this.knowledgeId)).id);
		for (const { id } of this.paused) await cancelJob(id);
		await this.load();
	}
}
