// The shapes of a stored chat: a tree of messages, of which one path is shown.

export interface MessageError {
	content?: unknown;
	message?: string;
	detail?: string;
}

export interface Source {
	source?: { name?: string; url?: string; id?: string };
	document?: string[];
	metadata?: { name?: string; source?: string; page?: number }[];
}

export interface Status {
	action?: string;
	description?: string;
	done?: boolean;
	hidden?: boolean;
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
