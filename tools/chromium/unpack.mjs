// Unpacks the compressed files of @sparticuz/chromium into ./files (the browser) and ./*.tar.
import { createReadStream, createWriteStream, chmodSync, mkdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const source = 'node_modules/@sparticuz/chromium/bin';
mkdirSync('files', { recursive: true });
const targets = {
	'chromium.br': 'files/chromium',
	'al2023.tar.br': 'al2023.tar',
	'fonts.tar.br': 'fonts.tar',
	'swiftshader.tar.br': 'swiftshader.tar'
};
for (const [name, target] of Object.entries(targets)) {
	await pipeline(createReadStream(`${source}/${name}`), createBrotliDecompress(), createWriteStream(target));
}
chmodSync('files/chromium', 0o755);
