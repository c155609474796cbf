// The development server, the build and the unit tests of the web UI.
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { woff2Only } from './build-steps/woff2-only.js';

const backend = process.env.BACKEND ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/openai', '/ollama', '/oauth', '/cache', '/static', '/docs', '/openapi.json'];

export default defineConfig({
	plugins: [woff2Only(), tailwindcss(), sveltekit()],
	build: { target: 'es2022', chunkSizeWarningLimit: 700 },
	server: {
		proxy: {
			...Object.fromEntries(proxied.map((path) => [path, { target: backend }])),
			'/ws': { target: backend, ws: true }
		}
	},
	test: { include: ['src/**/*.test.ts'], environment: 'jsdom' }
});
