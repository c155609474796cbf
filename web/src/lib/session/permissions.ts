// What the signed-in user may do in a chat; the server decides in the end, this only hides what it would refuse.
import { session } from './session.svelte';

export type ChatPermission = 'edit' | 'delete_message' | 'regenerate_response' | 'continue_response' | 'file_upload';

export function mayChat(permission: ChatPermission): boolean {
	return session.isAdmin || session.user?.permissions?.chat?.[permission] !== false;
}

/** Whether the person may make knowledge bases. */
export const mayMakeKnowledge = () => session.isAdmin || session.user?.permissions?.workspace?.knowledge === true;

/** Whether the person may open a knowledge base to everybody. */
export const mayPublishKnowledge = () => session.isAdmin || session.user?.permissions?.sharing?.public_knowledge === true;

/** Whether a feature that can be switched off is there for this person. */
const mayUse = (feature: 'web_search' | 'notes' | 'folders') =>
	session.config?.features?.[`enable_${feature}`] === true && (session.isAdmin || session.user?.permissions?.features?.[feature] !== false);

/** Whether chats of this person may search the web. */
export const maySearchWeb = () => mayUse('web_search');
export const mayUseNotes = () => mayUse('notes');
export const mayUseFolders = () => mayUse('folders');
