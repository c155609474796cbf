// Asks a person to confirm what cannot be undone; the answer is a promise.

export interface Question {
	title: string;
	text: string;
	action: string;
}

let question = $state.raw<Question | null>(null);
let answer: (confirmed: boolean) => void = () => {};

export const confirmation = {
	get question(): Question | null {
		return question;
	},
	answer(confirmed: boolean): void {
		question = null;
		answer(confirmed);
	}
};

export function confirm(next: Question): Promise<boolean> {
	confirmation.answer(false);
	question = next;
	return new Promise((resolve) => (answer = resolve));
}
