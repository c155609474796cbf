// How web pages are read.
import type { Section } from '../fields';
import { loader, searcher, webFlag, webLine, webList, webNumber, webSecret, webSelect } from '../makers';

export const pages: Section[] = [
	{
		title: 'Web pages',
		text: 'How the pages are read that people attach or a search finds. Addresses inside your network are always refused unless the server is configured otherwise.',
		fields: [
			webSelect('WEB_LOADER_ENGINE', 'Who reads pages', 'The built-in reader does not run the scripts of a page.', {
				options: [
					['', 'Built-in reader'],
					['playwright', 'A browser (Playwright)'],
					['firecrawl', 'Firecrawl'],
					['tavily', 'Tavily'],
					['external', 'A service of your own']
				]
			}),
			webLine('PLAYWRIGHT_WS_URL', 'Address of the browser', 'Such as ws://playwright:3000.', loader('playwright')),
			webNumber('PLAYWRIGHT_TIMEOUT', 'Patience of the browser', 'How long a page may take.', { ...loader('playwright'), unit: 'ms', min: 100 }),
			webLine('FIRECRAWL_API_BASE_URL', 'Address of Firecrawl', 'Usually https://api.firecrawl.dev.', { when: (values) => loader('firecrawl').when!(values) || searcher('firecrawl').when!(values) }),
			webSecret('FIRECRAWL_API_KEY', 'Key of Firecrawl', 'From its dashboard.', { when: (values) => loader('firecrawl').when!(values) || searcher('firecrawl').when!(values) }),
			webSelect('TAVILY_EXTRACT_DEPTH', 'How thoroughly Tavily reads', 'Advanced finds more in difficult pages.', {
				...loader('tavily'),
				options: [
					['basic', 'Basic'],
					['advanced', 'Advanced']
				]
			}),
			webLine('EXTERNAL_WEB_LOADER_URL', 'Address of your service', 'It gets {urls} and answers a list of {page_content, metadata}.', loader('external')),
			webSecret('EXTERNAL_WEB_LOADER_API_KEY', 'Its key', 'Sent as a bearer token.', loader('external')),
			webNumber('WEB_LOADER_CONCURRENT_REQUESTS', 'Pages at a time', 'For one replica.', { min: 1, max: 100 }),
			webLine('WEB_LOADER_TIMEOUT', 'Patience', 'How long one page may take, such as 30s; 30 seconds when empty.'),
			webFlag('ENABLE_WEB_LOADER_SSL_VERIFICATION', 'Check certificates', 'Without it anybody on the way may change what is read.'),
			webList('YOUTUBE_LOADER_LANGUAGE', 'Languages of transcripts', 'Of YouTube videos, the preferred one first, such as en, de.')
		]
	}
];
