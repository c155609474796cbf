// Makes a chosen picture small and square, so that it fits into a profile as a data address.

const SIDE = 192;

/** Answers a `data:image/webp` address (JPEG where the browser cannot write WebP). */
export async function shrinkPicture(file: File): Promise<string> {
	const picture = await createImageBitmap(file).catch(() => {
		throw new Error('This file is not a picture that can be read.');
	});
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = SIDE;
	const side = Math.min(picture.width, picture.height);
	const left = (picture.width - side) / 2;
	const top = (picture.height - side) / 2;
	canvas.getContext('2d')?.drawImage(picture, left, top, side, side, 0, 0, SIDE, SIDE);
	const webp = canvas.toDataURL('image/webp', 0.85);
	return webp.startsWith('data:image/webp') ? webp : canvas.toDataURL('image/jpeg', 0.85);
}
