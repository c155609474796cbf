// The workspace begins with the knowledge.
import { redirect } from '@sveltejs/kit';

export function load(): never {
	redirect(307, '/workspace/knowledge');
}
