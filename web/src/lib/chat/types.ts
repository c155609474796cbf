// The shapes of a stored chat: a tree of messages, of which one path is shown.
import type { Attached } from './attached';

export interface MessageError {
	content?: unknown;
	message?: string;
	detail?: string;
}

/** Passages that an answer rests on; the n-th entries of the lists belong together. */
export interface Source {
	source?: { type?: string; name?: string; url?: string; id?: string };
	document?: string[];
	metadata?: PassageFacts[];
	distances?: number[];
	tool_result?: boolean;
}

/** Where a passage stands; positions count characters of the file's text. */
export interface PassageFacts {
	name?: string;
	source?: string;
	file_id?: string;
	page?: number | null;
	start_index?: number | null;
	end_index?: number | null;
	headings?: string[] | string | null;
}

export interface Status {
	action?: string;
	description?: string;
	done?: boolean;
	hidden?: boolean;
	error?: boolean | string;
	query?: string;
	queries?: string[];
	urls?: string[];
	items?: { link?: string; title?: string }[];
	count?: number;
}

export interface Message {
	id: string;
	parentId: string | null;
	childrenIds: string[];
	role: 'user' | 'assistant' | 'system';
	content: string;
	timestamp: number;
	models?: string[];
	model?: string;
	modelName?: string;
	modelIdx?: number;
	done?: boolean;
	error?: MessageError | string | boolean | null;
	sources?: Source[];
	/** What goes along with a question. */
	files?: Attached[];
	statusHistory?: Status[];
	usage?: Record<string, unknown>;
	[key: string]: unknown;
}

export interface History {
	currentId: string | null;
	messages: Record<string, Message>;
}

export interface ChatBlob {
	title: string;
	models: string[];
	params: Record<string, unknown>;
	history: History;
	messages: Message[];
	tags: string[];
	timestamp: number;
	[key: string]: unknown;
}
