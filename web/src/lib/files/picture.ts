// Makes a picture small enough to go along with a question.

// What models look at; larger ones are made smaller on the other side anyway.
const LONGEST_SIDE = 1568;
const QUALITY = 0.85;
const READABLE = /^image\/(?:png|jpeg|webp|gif|bmp|avif)$/;

export const isPicture = (file: File) => READABLE.test(file.type);

/** Answers a `data:image/jpeg` address; transparent parts become white. */
export async function pictureOf(file: File): Promise<string> {
	const picture = await createImageBitmap(file).catch(() => {
		throw new Error('This picture cannot be read.');
	});
	const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
	const canvas = document.createElement('canvas');
	canvas.width = Math.max(1, Math.round(picture.width * scale));
	canvas.height = Math.max(1, Math.round(picture.height * scale));
	const context = canvas.getContext('2d');
	if (!context) throw new Error('This browser cannot make the picture smaller.');
	context.fillStyle = '#fff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(picture, 0, 0, canvas.width, canvas.height);
	picture.close();
	return canvas.toDataURL('image/jpeg', QUALITY);
}
