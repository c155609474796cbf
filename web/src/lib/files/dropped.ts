// Files that were dropped, pasted or picked, each with the folder it lay in.

export interface PickedFile {
	file: File;
	/** Path of its folder within what was dropped, such as "reports/2026"; empty for the top. */
	folder: string;
}

/** A folder with more files is a mistake more often than a wish. */
export const MOST_FILES = 10_000;

/** What systems leave behind in folders, and folders of tools, which nobody wants to read. */
const LEFT_OUT = /^(?:\..*|Thumbs\.db|desktop\.ini|~\$.*|__MACOSX|node_modules|__pycache__)$/;

/** Reads what was dropped, whole folders too; hidden files within folders are left out. */
export async function readDropped(transfer: DataTransfer): Promise<PickedFile[]> {
	// The list is empty as soon as the event is over, so all entries are taken at once.
	const items = [...transfer.items].filter((item) => item.kind === 'file');
	const found = items.map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
	const picked: PickedFile[] = [];
	for (const { entry, file } of found) {
		if (entry?.isDirectory) await readFolder(entry as FileSystemDirectoryEntry, entry.name, picked);
		else if (file) picked.push({ file, folder: '' });
	}
	return picked;
}

/** Reads what was chosen in an input, of which one for folders tells the path. */
export function readChosen(files: Iterable<File>): PickedFile[] {
	const picked: PickedFile[] = [];
	for (const file of files) {
		const steps = (file.webkitRelativePath || file.name).split('/');
		const inFolder = steps.length > 1;
		if (inFolder && steps.slice(1).some((step) => LEFT_OUT.test(step))) continue;
		picked.push({ file, folder: steps.slice(0, -1).join('/') });
		if (picked.length >= MOST_FILES) break;
	}
	return picked;
}

/** Whether something that is dragged over the page holds files. */
export const holdsFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;

async function readFolder(folder: FileSystemDirectoryEntry, path: string, picked: PickedFile[]): Promise<void> {
	const reader = folder.createReader();
	for (;;) {
		// A browser gives a hundred at a time, and nothing when there is nothing left.
		const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return;
		for (const entry of entries) {
			if (picked.length >= MOST_FILES) return;
			if (LEFT_OUT.test(entry.name)) continue;
			if (entry.isDirectory) await readFolder(entry as FileSystemDirectoryEntry, `${path}/${entry.name}`, picked);
			else picked.push({ file: await fileOf(entry as FileSystemFileEntry), folder: path });
		}
	}
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));
