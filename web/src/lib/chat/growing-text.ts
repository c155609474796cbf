// A Svelte action that lets a text area grow with its text; its CSS sets the limit.

export function growingText(area: HTMLTextAreaElement, _text: string) {
	const fit = () => {
		area.style.height = 'auto';
		area.style.height = `${area.scrollHeight}px`;
	};
	fit();
	return { update: fit };
}
