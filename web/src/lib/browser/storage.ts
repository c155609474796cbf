// Small values kept in this browser; blocked storage counts as empty.

export function readLocal(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

export function writeLocal(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		// Nothing is lost but the convenience of the next visit.
	}
}
