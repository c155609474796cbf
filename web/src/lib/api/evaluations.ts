// How well questions find the passages that answer them, measured with a base and known answers.
import { get, post, remove } from './http';

export interface ExpectedPassage {
	/** Name of its file; any when absent. */
	file?: string;
	/** A part of its text; the whole file when absent. */
	text?: string;
}

export interface EvaluationQuestion {
	question: string;
	expected: ExpectedPassage[];
}

/** Settings to try; what is absent is as it is set now. */
export interface EvaluationSettings {
	top_k?: number | null;
	hybrid_bm25_weight?: number | null;
	hybrid_fusion?: string | null;
	relevance_threshold?: number | null;
	search_candidates?: number | null;
	reranked_candidates?: number | null;
}

export type Mode = 'vector' | 'lexical' | 'hybrid' | 'hybrid_rerank';

export interface EvaluationScores {
	mode: Mode;
	ndcg_at_10: number;
	recall_at_k: number;
	k: number;
	mrr: number;
	milliseconds: number;
}

export interface EvaluationAnswer {
	/** Number of the question from 0. */
	question: number;
	mode: Mode;
	/** Place of the first right passage from 1. */
	first_right?: number | null;
	ndcg_at_10: number;
	files: string[];
	/** The question itself. */
	text?: string;
}

export interface Evaluation {
	id: string;
	name: string;
	status: 'running' | 'completed' | 'failed' | 'interrupted';
	progress: number;
	error?: string | null;
	knowledge_id: string;
	questions: number;
	unmatched: number;
	settings?: EvaluationSettings | null;
	scores: EvaluationScores[];
	answers: EvaluationAnswer[];
	created_at: number;
}

const PATH = '/api/v1/retrieval/evaluations';

export const listEvaluations = () => get<Evaluation[]>(PATH);
export const readEvaluation = (id: string) => get<Evaluation>(`${PATH}/${encodeURIComponent(id)}`);
export const deleteEvaluation = (id: string) => remove<unknown>(`${PATH}/${encodeURIComponent(id)}`);
export const createEvaluation = (form: { knowledge_id: string; name: string; questions: EvaluationQuestion[]; settings: EvaluationSettings }) =>
	post<Evaluation>(PATH, form);
