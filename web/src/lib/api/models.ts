// The models that the signed-in user may choose.
import { get } from './http';

export interface Model {
	id: string;
	name?: string;
	owned_by?: string;
	connection_type?: string;
	urlIdx?: number;
	tags?: { name: string }[];
	info?: { name?: string; meta?: { description?: string | null; demo?: boolean; hidden?: boolean } | null } | null;
}

export const listModels = async (refresh = false) =>
	(await get<{ data: Model[] }>(`/api/models${refresh ? '?refresh=true' : ''}`)).data;

export const modelName = (model: Model) => model.name || model.id;
export const isDemo = (model: Model | undefined) => model?.info?.meta?.demo === true;
