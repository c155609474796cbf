// How SvelteKit builds this UI: one static page (index.html) that the gateway serves for every route.
import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { withoutInlineScripts } from './build-steps/without-inline-scripts.js';

const folder = process.env.BUILD_FOLDER ?? 'build';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
	kit: {
		adapter: withoutInlineScripts(adapter({ pages: folder, fallback: 'index.html' }), folder),
		paths: { relative: false },
		output: { preloadStrategy: 'modulepreload' }
	}
};
