// Reads Terraform files named on the command line and prints {path: {json} | {error}} as one JSON object.
import { readFileSync } from 'node:fs';
import hcl2json from '@cdktf/hcl2json';

const read = {};
for (const path of process.argv.slice(2)) {
	try {
		read[path] = { json: await hcl2json.parse(path, readFileSync(path, 'utf-8')) };
	} catch (error) {
		read[path] = { error: String(error.message ?? error) };
	}
}
// The parser's Go runtime keeps the process alive; the text must be out before it ends.
process.stdout.write(JSON.stringify(read), () => process.exit(0));
