// What a setting of documents is, and how its value is read, changed and checked.

export type Scope = 'retrieval' | 'web' | 'embedding';
export type Values = Record<Scope, Record<string, unknown>>;

export interface SettingField {
	/** Public name; a dot leads into a member, such as openai_config.url. */
	key: string;
	scope: Scope;
	title: string;
	text: string;
	kind: 'switch' | 'number' | 'text' | 'secret' | 'select' | 'list' | 'area' | 'json';
	options?: [value: string, name: string][];
	min?: number;
	max?: number;
	step?: number;
	unit?: string;
	/** Whether an empty number is a value, such as "no limit". */
	optional?: boolean;
	when?: (values: Values) => boolean;
}

export interface Section {
	title: string;
	text: string;
	fields: SettingField[];
}

/** The value of a setting. */
export function valueOf(values: Values, { scope, key }: SettingField): unknown {
	return key.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], values[scope]);
}

/** The settings with another value for one of them; what was there stays as it was. */
export function withValue(values: Values, { scope, key }: SettingField, value: unknown): Values {
	const [first = '', second] = key.split('.');
	const member = second ? { ...(values[scope][first] as object | undefined), [second]: value } : value;
	return { ...values, [scope]: { ...values[scope], [first]: member } };
}

/** Only the top members that differ, of one scope. */
export function changesOf(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}

/** What is wrong with a value as it was typed; empty when nothing is. */
export function problemOf(field: SettingField, value: unknown): string {
	if (field.kind === 'json' && typeof value === 'string') return 'This is no JSON object.';
	if (field.kind !== 'number') return '';
	if (value === null || value === undefined || value === '') return field.optional ? '' : 'A number is needed.';
	const { min, max } = field;
	const found = Number(value);
	if (!Number.isFinite(found)) return 'A number is needed.';
	if (min !== undefined && found < min) return `At least ${min}.`;
	if (max !== undefined && found > max) return `At most ${max.toLocaleString('en')}.`;
	return '';
}
