// When everyone may use a model of a provider.
import type { ModelRow } from '$lib/api/administration';

/** A model without a row is for administrators only; a row without access rules is for everyone. */
export const isShared = (row: ModelRow | undefined) => row !== undefined && row.is_active && row.access_control === null;
