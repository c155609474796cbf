// How texts become numbers, and how questions find them.
import type { Section } from '../fields';
import { embedder, embedding, flag, line, mixed, number, reranked, searched, secret, select } from '../makers';

export const searching: Section[] = [
	{
		title: 'Embedding',
		text: 'Turns texts into numbers that stand for their meaning. After a change everything is embedded again in the background; until then the former index answers.',
		fields: [
			embedding('select')('RAG_EMBEDDING_ENGINE', 'Where it happens', 'The built-in model works without any other service.', {
				options: [
					['', 'On this server'],
					['openai', 'OpenAI-compatible service'],
					['azure_openai', 'Azure OpenAI'],
					['ollama', 'Ollama']
				]
			}),
			embedding('text')('RAG_EMBEDDING_MODEL', 'Model', 'Its name as the engine knows it.'),
			embedding('text')('openai_config.url', 'Address', 'Such as https://api.openai.com/v1. Empty uses the connections of this platform.', embedder('openai')),
			embedding('secret')('openai_config.key', 'Key', 'Stored on the server, never shown to people.', embedder('openai')),
			embedding('text')('azure_openai_config.url', 'Address of the resource', 'Such as https://name.openai.azure.com.', embedder('azure_openai')),
			embedding('secret')('azure_openai_config.key', 'Key', 'Stored on the server, never shown to people.', embedder('azure_openai')),
			embedding('text')('azure_openai_config.version', 'Version of its interface', 'Such as 2024-10-21.', embedder('azure_openai')),
			embedding('text')('ollama_config.url', 'Address', 'Such as http://ollama:11434. Empty uses the connections of this platform.', embedder('ollama')),
			embedding('secret')('ollama_config.key', 'Key', 'If something in front of Ollama asks for one.', embedder('ollama')),
			embedding('number')('RAG_EMBEDDING_BATCH_SIZE', 'Texts per request', 'More are faster as long as the engine takes them.', { min: 1, max: 2048 }),
			embedding('switch')('ENABLE_ASYNC_EMBEDDING', 'Several requests at a time', 'Switch it off for an engine that takes one after another only.')
		]
	},
	{
		title: 'Search',
		text: 'How a question finds pieces. Changes apply to the next question.',
		fields: [
			flag('BYPASS_EMBEDDING_AND_RETRIEVAL', 'Give models whole documents', 'No search at all: every attached document goes to the model as a whole. Only for a few short documents.'),
			flag('RAG_FULL_CONTEXT', 'Whole texts instead of passages', 'As far as they fit into the room that answers have.', { when: searched }),
			flag('ENABLE_RAG_HYBRID_SEARCH', 'Search words and meaning', 'Finds names and numbers as well as paraphrases. Without it only the meaning counts.', { when: searched }),
			number('HYBRID_BM25_WEIGHT', 'Weight of the words', '0 looks at the meaning only, 1 at the words only.', { when: mixed, min: 0, max: 1, step: 0.05 }),
			flag('ENABLE_RAG_HYBRID_SEARCH_ENRICHED_TEXTS', 'Search names and headings too', 'The name of a file and the headings above a piece count as its words.', { when: mixed }),
			number('TOP_K', 'Passages per question', 'Over all documents together. More help with broad questions and cost more.', { when: searched, min: 1, max: 200 }),
			number('RELEVANCE_THRESHOLD', 'Least score', 'Passages with a lower score, from 0 to 1, are left out. 0 keeps all.', { when: searched, min: 0, max: 1, step: 0.01 }),
			select('RAG_RERANKING_ENGINE', 'Who ranks again', 'A second model looks at question and passage together: slower, more exact.', {
				when: mixed,
				options: [
					['', 'On this server'],
					['external', 'A service']
				]
			}),
			line('RAG_RERANKING_MODEL', 'Model that ranks again', 'Empty for none.', { when: mixed }),
			line('RAG_EXTERNAL_RERANKER_URL', 'Address of the ranking service', 'Such as https://host/v1/rerank.', { when: reranked }),
			secret('RAG_EXTERNAL_RERANKER_API_KEY', 'Its key', 'Stored on the server, never shown to people.', { when: reranked }),
			line('RAG_EXTERNAL_RERANKER_TIMEOUT', 'Patience', 'Seconds that it may take; without an answer the first ranking counts.', { when: reranked }),
			number('TOP_K_RERANKER', 'Passages after ranking again', 'How many of them the model gets to read.', {
				when: (values) => mixed(values) && Boolean(values.retrieval.RAG_RERANKING_MODEL),
				min: 1,
				max: 200
			}),
			{
				...line('RAG_TEMPLATE', 'Words around question and passages', '{{CONTEXT}} and {{QUERY}} are replaced. Empty for the built-in text.'),
				kind: 'area'
			}
		]
	}
];
