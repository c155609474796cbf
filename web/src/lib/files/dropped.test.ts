// What reading drops and choices guarantees: whole folders with their paths, without what systems leave in them.
import { describe, expect, it } from 'vitest';
import { readChosen, readDropped } from './dropped';

const file = (name: string) => new File(['x'], name);
const fileEntry = (name: string) => ({ name, isDirectory: false, file: (give: (file: File) => void) => give(file(name)) });

/** A folder whose reader gives two entries at a time, as browsers give a hundred. */
function folderEntry(name: string, entries: unknown[]) {
	return {
		name,
		isDirectory: true,
		createReader() {
			const left = [...entries];
			return { readEntries: (give: (some: unknown[]) => void) => give(left.splice(0, 2)) };
		}
	};
}

const drop = (...entries: { name: string; isDirectory: boolean }[]) =>
	({
		items: entries.map((entry) => ({
			kind: 'file',
			webkitGetAsEntry: () => entry,
			getAsFile: () => (entry.isDirectory ? null : file(entry.name))
		}))
	}) as unknown as DataTransfer;

const paths = (picked: { file: File; folder: string }[]) => picked.map(({ file, folder }) => `${folder}/${file.name}`);

describe('readDropped', () => {
	it('reads folders to the end, with the path of each file', async () => {
		const inner = folderEntry('2026', [fileEntry('c.md'), fileEntry('d.md'), fileEntry('e.md')]);
		const picked = await readDropped(drop(folderEntry('reports', [fileEntry('a.pdf'), fileEntry('b.pdf'), inner]), fileEntry('top.txt')));
		expect(paths(picked)).toEqual(['reports/a.pdf', 'reports/b.pdf', 'reports/2026/c.md', 'reports/2026/d.md', 'reports/2026/e.md', '/top.txt']);
	});

	it('leaves out hidden files and folders of tools, but not a file that was dropped itself', async () => {
		const folder = folderEntry('code', [fileEntry('.DS_Store'), folderEntry('.git', [fileEntry('config')]), fileEntry('Thumbs.db'), fileEntry('a.py')]);
		expect(paths(await readDropped(drop(folder, fileEntry('.env.md'))))).toEqual(['code/a.py', '/.env.md']);
	});

	it('passes over text that is dragged', async () => {
		expect(await readDropped({ items: [{ kind: 'string' }] } as unknown as DataTransfer)).toEqual([]);
	});
});

describe('readChosen', () => {
	const inFolder = (path: string) => Object.defineProperty(file(path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });

	it('takes the folder from the path', () => {
		expect(paths(readChosen([inFolder('notes/work/a.md'), inFolder('notes/.obsidian/app.json'), inFolder('notes/b.md')]))).toEqual(['notes/work/a.md', 'notes/b.md']);
		expect(paths(readChosen([file('alone.txt')]))).toEqual(['/alone.txt']);
	});
});
