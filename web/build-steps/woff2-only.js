// A Vite plugin that keeps only the WOFF2 sources of KaTeX's fonts: every browser that runs this UI reads them.

/** @returns {import('vite').Plugin} */
export function woff2Only() {
	return {
		name: 'woff2-only',
		enforce: 'pre',
		transform(code, id) {
			if (!/katex(\.min)?\.css/.test(id)) return null;
			return { code: code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'][^"']*["']\)/g, ''), map: null };
		}
	};
}
