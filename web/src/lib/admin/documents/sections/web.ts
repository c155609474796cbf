// The search of the web and the engines behind it.
import type { Section } from '../fields';
import { loader, searcher, searchesWeb, webFlag, webLine, webList, webNumber, webSecret, webSelect } from '../makers';

export const web: Section[] = [
	{
		title: 'Search of the web',
		text: 'Lets chats look things up. People switch it on for each chat.',
		fields: [
			webFlag('ENABLE_WEB_SEARCH', 'Search of the web', 'Questions of people who switch it on are sent to the engine below.'),
			webSelect('WEB_SEARCH_ENGINE', 'Engine', 'DuckDuckGo needs no key; SearXNG is a server of your own.', {
				when: searchesWeb,
				options: [
					['', 'None yet'],
					['duckduckgo', 'DuckDuckGo'],
					['searxng', 'SearXNG'],
					['brave', 'Brave'],
					['google_pse', 'Google Programmable Search'],
					['tavily', 'Tavily'],
					['kagi', 'Kagi'],
					['exa', 'Exa'],
					['jina', 'Jina'],
					['bing', 'Bing'],
					['serper', 'Serper'],
					['serpapi', 'SerpApi'],
					['searchapi', 'SearchApi'],
					['serpstack', 'Serpstack'],
					['serply', 'Serply'],
					['mojeek', 'Mojeek'],
					['bocha', 'Bocha'],
					['perplexity', 'Perplexity'],
					['perplexity_search', 'Perplexity Search'],
					['yacy', 'YaCy'],
					['ollama_cloud', 'Ollama Cloud'],
					['sougou', 'Sougou'],
					['firecrawl', 'Firecrawl'],
					['external', 'A service of your own']
				]
			}),
			webLine('SEARXNG_QUERY_URL', 'Address of SearXNG', 'With its JSON format switched on, such as http://searxng:8080/search.', searcher('searxng')),
			webLine('SEARXNG_LANGUAGE', 'Language', 'Such as en, or all.', searcher('searxng')),
			webSecret('BRAVE_SEARCH_API_KEY', 'Key of Brave', 'From its developer pages.', searcher('brave')),
			webSecret('GOOGLE_PSE_API_KEY', 'Key of Google', 'From the Google Cloud console.', searcher('google_pse')),
			webLine('GOOGLE_PSE_ENGINE_ID', 'Id of the search engine', 'Which Programmable Search Engine is asked.', searcher('google_pse')),
			webSecret('TAVILY_API_KEY', 'Key of Tavily', 'Also used for reading pages with Tavily.', { when: (values) => searcher('tavily').when!(values) || loader('tavily').when!(values) }),
			webSecret('KAGI_SEARCH_API_KEY', 'Key of Kagi', 'From its API portal.', searcher('kagi')),
			webSecret('EXA_API_KEY', 'Key of Exa', 'From its dashboard.', searcher('exa')),
			webSecret('JINA_API_KEY', 'Key of Jina', 'From its dashboard.', searcher('jina')),
			webLine('BING_SEARCH_V7_ENDPOINT', 'Address of Bing', 'Or of a service that speaks like it.', searcher('bing')),
			webSecret('BING_SEARCH_V7_SUBSCRIPTION_KEY', 'Key of Bing', 'From the Azure portal.', searcher('bing')),
			webSecret('SERPER_API_KEY', 'Key of Serper', 'From its dashboard.', searcher('serper')),
			webSecret('SERPAPI_API_KEY', 'Key of SerpApi', 'From its dashboard.', searcher('serpapi')),
			webLine('SERPAPI_ENGINE', 'Engine behind SerpApi', 'google when empty.', searcher('serpapi')),
			webSecret('SEARCHAPI_API_KEY', 'Key of SearchApi', 'From its dashboard.', searcher('searchapi')),
			webLine('SEARCHAPI_ENGINE', 'Engine behind SearchApi', 'google when empty.', searcher('searchapi')),
			webSecret('SERPSTACK_API_KEY', 'Key of Serpstack', 'From its dashboard.', searcher('serpstack')),
			webFlag('SERPSTACK_HTTPS', 'Ask it over HTTPS', 'Its free plan lacks that.', searcher('serpstack')),
			webSecret('SERPLY_API_KEY', 'Key of Serply', 'From its dashboard.', searcher('serply')),
			webSecret('MOJEEK_SEARCH_API_KEY', 'Key of Mojeek', 'From its dashboard.', searcher('mojeek')),
			webSecret('BOCHA_SEARCH_API_KEY', 'Key of Bocha', 'From its dashboard.', searcher('bocha')),
			webSecret('PERPLEXITY_API_KEY', 'Key of Perplexity', 'From its dashboard.', searcher('perplexity', 'perplexity_search')),
			webLine('PERPLEXITY_MODEL', 'Model of Perplexity', 'Such as sonar.', searcher('perplexity')),
			webSelect('PERPLEXITY_SEARCH_CONTEXT_USAGE', 'How much it reads', 'More is more thorough and dearer.', {
				...searcher('perplexity'),
				options: [
					['low', 'Little'],
					['medium', 'Some'],
					['high', 'Much']
				]
			}),
			webLine('PERPLEXITY_SEARCH_API_URL', 'Address of Perplexity Search', 'Usually https://api.perplexity.ai/search.', searcher('perplexity_search')),
			webLine('YACY_QUERY_URL', 'Address of YaCy', 'Such as http://yacy:8090.', searcher('yacy')),
			webLine('YACY_USERNAME', 'User of YaCy', 'If it asks for one.', searcher('yacy')),
			webSecret('YACY_PASSWORD', 'Password of that user', 'Stored on the server, never shown to people.', searcher('yacy')),
			webSecret('OLLAMA_CLOUD_WEB_SEARCH_API_KEY', 'Key of Ollama Cloud', 'From its settings.', searcher('ollama_cloud')),
			webSecret('SOUGOU_API_SID', 'Secret id of Tencent Cloud', 'The first half of its credential.', searcher('sougou')),
			webSecret('SOUGOU_API_SK', 'Secret key of Tencent Cloud', 'The second half.', searcher('sougou')),
			webLine('EXTERNAL_WEB_SEARCH_URL', 'Address of your service', 'It gets {query, count} and answers a list of {link, title, snippet}.', searcher('external')),
			webSecret('EXTERNAL_WEB_SEARCH_API_KEY', 'Its key', 'Sent as a bearer token.', searcher('external')),
			webNumber('WEB_SEARCH_RESULT_COUNT', 'Results per query', 'How many pages are read for one query.', { when: searchesWeb, min: 1, max: 50 }),
			webNumber('WEB_SEARCH_CONCURRENT_REQUESTS', 'Queries at a time', '0 asks all at once; some engines take one at a time.', { when: searchesWeb, min: 0, max: 50 }),
			webList('WEB_SEARCH_DOMAIN_FILTER_LIST', 'Sites', 'Only these, separated by commas; with ! before it a site is left out.', { when: searchesWeb }),
			webFlag('BYPASS_WEB_SEARCH_WEB_LOADER', 'Use the snippets only', 'The pages themselves are not fetched: faster, and less is known.', { when: searchesWeb }),
			webFlag('BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL', 'Use pages whole', 'They are neither cut nor searched for the passages that fit.', { when: searchesWeb })
		]
	}
];
