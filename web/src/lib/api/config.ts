// What the server says about itself: its name, its features and what a first page needs.
import { get } from './http';

export interface Suggestion {
	title?: [string, string?] | string[];
	content: string;
}

export interface ServerConfig {
	onboarding?: boolean;
	name: string;
	version: string;
	features?: {
		auth?: boolean;
		enable_signup?: boolean;
		enable_login_form?: boolean;
		enable_api_keys?: boolean;
		enable_web_search?: boolean;
		enable_notes?: boolean;
		enable_folders?: boolean;
		password_min_length?: number;
	};
	/** Limits of uploads: MiB per file and files per message; null for none. */
	file?: { max_size?: number | null; max_count?: number | null };
	default_models?: string | null;
	default_prompt_suggestions?: Suggestion[] | null;
	ui?: { pending_user_overlay_title?: string | null; pending_user_overlay_content?: string | null };
}

export const readConfig = () => get<ServerConfig>('/api/config');
