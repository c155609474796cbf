// Copies text, also on pages that are not served over HTTPS, where the clipboard API is missing.

/** Answers whether the text was copied. */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyBySelection(text);
	}
}

function copyBySelection(text: string): boolean {
	const field = document.createElement('textarea');
	field.value = text;
	field.style.position = 'fixed';
	field.style.opacity = '0';
	// Inside an open dialog only its own elements can be focused.
	const place = document.querySelector('dialog[open]') ?? document.body;
	const focused = document.activeElement as HTMLElement | null;
	place.append(field);
	field.select();
	const copied = document.execCommand('copy');
	field.remove();
	focused?.focus();
	return copied;
}
