// What the signed-in user may do in a chat; the server decides in the end, this only hides what it would refuse.
import { session } from './session.svelte';

export type ChatPermission = 'edit' | 'delete_message' | 'regenerate_response' | 'continue_response';

export function mayChat(permission: ChatPermission): boolean {
	return session.isAdmin || session.user?.permissions?.chat?.[permission] !== false;
}
