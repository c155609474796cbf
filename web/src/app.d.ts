// Ambient types of the SvelteKit application.
declare global {
	namespace App {}
}
export {};
