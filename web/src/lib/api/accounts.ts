// Sign-in, the signed-in user's own profile, password, settings and API keys.
import { get, post, remove } from './http';

export type Role = 'pending' | 'user' | 'admin';

export interface SessionUser {
	id: string;
	email: string;
	name: string;
	role: Role;
	profile_image_url: string;
	token: string;
	permissions?: Permissions | null;
}

export interface Permissions {
	chat?: Record<string, boolean>;
	features?: Record<string, boolean>;
	workspace?: Record<string, boolean>;
	sharing?: Record<string, boolean>;
}

export interface ApiKey {
	id: string;
	name: string;
	prefix: string;
	created_at: number;
	expires_at: number | null;
	last_used_at: number | null;
}

export interface UserInterfaceSettings {
	models?: string[];
	[key: string]: unknown;
}

export const readSession = () => get<SessionUser>('/api/v1/auths/');
export const signIn = (email: string, password: string) =>
	post<SessionUser>('/api/v1/auths/signin', { email, password });
export const signUp = (name: string, email: string, password: string) =>
	post<SessionUser>('/api/v1/auths/signup', { name, email, password, profile_image_url: '/user.png' });
export const signOut = () => get<unknown>('/api/v1/auths/signout');

export const updateProfile = (profile: { name: string; profile_image_url: string }) =>
	post<unknown>('/api/v1/auths/update/profile', profile);
export const updatePassword = (password: string, new_password: string) =>
	post<boolean>('/api/v1/auths/update/password', { password, new_password });

export const readSettings = () => get<{ ui?: UserInterfaceSettings | null } | null>('/api/v1/users/user/settings');
export const writeSettings = (ui: UserInterfaceSettings) =>
	post<unknown>('/api/v1/users/user/settings/update', { ui });

export const listApiKeys = async () => (await get<{ items: ApiKey[] }>('/api/v1/auths/api_keys')).items;
export const createApiKey = (name: string, expires_in_days: number | null) =>
	post<ApiKey & { api_key: string }>('/api/v1/auths/api_keys', { name, expires_in_days });
export const deleteApiKey = (id: string) => remove<boolean>(`/api/v1/auths/api_keys/${encodeURIComponent(id)}`);
