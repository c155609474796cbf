// What administrators manage: users, general settings and the visibility of models.
import type { Role } from './accounts';
import { get, post, remove } from './http';
import type { Model } from './models';

export interface ManagedUser {
	id: string;
	name: string;
	email: string;
	role: Role;
	profile_image_url: string;
	last_active_at: number;
	created_at: number;
}

export interface UserQuery {
	page: number;
	query: string;
	order_by: 'name' | 'email' | 'role' | 'created_at' | 'last_active_at';
	direction: 'asc' | 'desc';
}

export const listUsers = ({ page, ...rest }: UserQuery) =>
	get<{ users: ManagedUser[]; total: number }>(`/api/v1/users/?${new URLSearchParams({ page: String(page), ...rest })}`);
export const updateUser = (user: ManagedUser, change: Partial<ManagedUser> & { password?: string }) => {
	const { id, role, name, email, profile_image_url } = { ...user, ...change };
	const password = change.password ? { password: change.password } : {};
	return post<ManagedUser>(`/api/v1/users/${encodeURIComponent(id)}/update`, { role, name, email, profile_image_url, ...password });
};
export const deleteUser = (id: string) => remove<boolean>(`/api/v1/users/${encodeURIComponent(id)}`);
export const addUser = (user: { name: string; email: string; password: string; role: Role }) =>
	post<unknown>('/api/v1/auths/add', user);

export interface GeneralSettings {
	ENABLE_SIGNUP: boolean;
	ENABLE_API_KEYS: boolean;
	DEFAULT_USER_ROLE: Role;
	JWT_EXPIRES_IN: string;
	[key: string]: unknown;
}

export const readGeneralSettings = () => get<GeneralSettings>('/api/v1/auths/admin/config');
export const writeGeneralSettings = (settings: GeneralSettings) =>
	post<GeneralSettings>('/api/v1/auths/admin/config', settings);

export interface ModelRow {
	id: string;
	name: string;
	base_model_id: string | null;
	access_control: unknown;
	is_active: boolean;
}

export const listBaseModels = async () => (await get<{ data: Model[] }>('/api/models/base')).data;
export const listModelRows = () => get<ModelRow[]>('/api/v1/models/base');
export const createModelRow = (model: { id: string; name: string }) =>
	post<ModelRow>('/api/v1/models/create', {
		...model,
		base_model_id: null,
		params: {},
		meta: {},
		access_control: null,
		is_active: true
	});
export const updateModelRow = (row: ModelRow) => post<ModelRow>('/api/v1/models/model/update', row);
export const toggleModelRow = (id: string) =>
	post<ModelRow>(`/api/v1/models/model/toggle?id=${encodeURIComponent(id)}`);
