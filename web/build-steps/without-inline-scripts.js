// An adapter wrapper that moves SvelteKit's inline start script into a hashed file, so that `script-src 'self'` is enough.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const INLINE_SCRIPT = /<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @param {string} pages the folder into which it writes
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withoutInlineScripts(adapter, pages) {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const page = join(pages, 'index.html');
			const html = await readFile(page, 'utf8');
			/** @type {Promise<void>[]} */
			const written = [];
			const external = html.replace(INLINE_SCRIPT, (_, code) => {
				const hash = createHash('sha256').update(code).digest('hex').slice(0, 12);
				const path = `_app/immutable/start-${hash}.js`;
				written.push(writeFile(join(pages, path), code));
				return `<script src="/${path}"></script>`;
			});
			await Promise.all(written);
			await writeFile(page, external);
		}
	};
}
