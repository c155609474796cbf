// What may be uploaded, and how documents are read and cut.
import type { Section } from '../fields';
import { extraction, flag, json, line, number, secret, select } from '../makers';

export const reading: Section[] = [
	{
		title: 'Files',
		text: 'What people may upload.',
		fields: [
			number('FILE_MAX_SIZE', 'Largest file', 'Larger ones are refused before they are read. Empty for no limit.', { unit: 'MiB', min: 0, optional: true }),
			number('FILE_MAX_COUNT', 'Files per message', 'How many one message may carry. Empty for no limit.', { min: 0, optional: true }),
			{ ...line('ALLOWED_FILE_EXTENSIONS', 'Allowed endings', 'Separated by commas, such as pdf, docx, md. Empty for all.'), kind: 'list' }
		]
	},
	{
		title: 'Reading',
		text: 'How text is taken out of documents. Changes apply to files that are read from now on.',
		fields: [
			select('CONTENT_EXTRACTION_ENGINE', 'Who reads documents', 'The built-in readers need no other program; the others are services of their own.', {
				options: [
					['', 'Built-in readers'],
					['tika', 'Apache Tika'],
					['docling', 'Docling'],
					['document_intelligence', 'Azure Document Intelligence'],
					['mistral_ocr', 'Mistral OCR'],
					['mineru', 'MinerU'],
					['datalab_marker', 'Datalab Marker'],
					['external', 'A service of your own']
				]
			}),
			flag('PDF_EXTRACT_IMAGES', 'Read pictures in PDF files', 'Text in pictures is recognised too, which takes longer.', extraction('')),
			line('TIKA_SERVER_URL', 'Address of Tika', 'Such as http://tika:9998.', extraction('tika')),
			line('DOCLING_SERVER_URL', 'Address of Docling', 'Such as http://docling:5001.', extraction('docling')),
			secret('DOCLING_API_KEY', 'Key of Docling', 'If its server asks for one.', extraction('docling')),
			json('DOCLING_PARAMS', 'Options of Docling', 'A JSON object, such as {"do_ocr": true}.', extraction('docling')),
			line('DOCUMENT_INTELLIGENCE_ENDPOINT', 'Address of the Azure resource', 'Such as https://name.cognitiveservices.azure.com.', extraction('document_intelligence')),
			secret('DOCUMENT_INTELLIGENCE_KEY', 'Its key', 'Stored on the server, never shown to people.', extraction('document_intelligence')),
			line('DOCUMENT_INTELLIGENCE_MODEL', 'Its model', 'prebuilt-layout keeps tables and headings.', extraction('document_intelligence')),
			line('MISTRAL_OCR_API_BASE_URL', 'Address of Mistral', 'Usually https://api.mistral.ai/v1.', extraction('mistral_ocr')),
			secret('MISTRAL_OCR_API_KEY', 'Key of Mistral', 'Every page that is read is billed to it.', extraction('mistral_ocr')),
			select('MINERU_API_MODE', 'Which MinerU', 'A server of your own, or mineru.net.', {
				...extraction('mineru'),
				options: [
					['local', 'A server of your own'],
					['cloud', 'mineru.net']
				]
			}),
			line('MINERU_API_URL', 'Address of MinerU', 'Such as http://mineru:8000.', extraction('mineru')),
			secret('MINERU_API_KEY', 'Key of mineru.net', 'Not needed for a server of your own.', extraction('mineru')),
			line('MINERU_API_TIMEOUT', 'Patience', 'Seconds that MinerU may take for a document.', extraction('mineru')),
			json('MINERU_PARAMS', 'Options of MinerU', 'A JSON object, such as {"enable_table": true}.', extraction('mineru')),
			line('DATALAB_MARKER_API_BASE_URL', 'Address of Marker', 'Empty for the service of Datalab.', extraction('datalab_marker')),
			secret('DATALAB_MARKER_API_KEY', 'Key of Marker', 'Stored on the server, never shown to people.', extraction('datalab_marker')),
			flag('DATALAB_MARKER_USE_LLM', 'Let Marker ask a language model', 'Better tables and formulas, at a higher price.', extraction('datalab_marker')),
			flag('DATALAB_MARKER_FORCE_OCR', 'Recognise all pages from their picture', 'For files whose own text is broken.', extraction('datalab_marker')),
			line('EXTERNAL_DOCUMENT_LOADER_URL', 'Address of your service', 'Documents are sent to its path /process.', extraction('external')),
			secret('EXTERNAL_DOCUMENT_LOADER_API_KEY', 'Its key', 'Sent as a bearer token.', extraction('external'))
		]
	},
	{
		title: 'Pieces',
		text: 'Documents are cut into pieces, and a question finds the pieces that answer it. Changes apply to files that are read from now on.',
		fields: [
			select('TEXT_SPLITTER', 'How texts are cut', 'Always at paragraphs and sentences where that is possible.', {
				options: [
					['', 'By characters'],
					['token', 'By tokens'],
					['markdown_header', 'Never over a heading']
				]
			}),
			number('CHUNK_SIZE', 'Length of a piece', 'Short pieces are found more exactly, long ones say more. 800 to 1,200 characters suit most texts.', { min: 50, max: 100000 }),
			number('CHUNK_OVERLAP', 'Overlap', 'How much of a piece the next one repeats, so that nothing is torn apart.', { min: 0, max: 50000 })
		]
	}
];
