"""Keys and addresses of the engines that search the web."""

from owui_chassis.settings import setting
from owui_chassis.settings_of.outside import OutsideSettings


class WebEngineSettings(OutsideSettings):
    """What each search engine needs; an attribute is named like its environment variable."""

    ollama_cloud_web_search_api_key: str = setting(
        "OLLAMA_CLOUD_API_KEY",
        "",
        "Key of Ollama's web search.",
        persistent="rag.web.search.ollama_cloud_api_key",
        secret=True,
    )
    searxng_query_url: str = setting(
        "SEARXNG_QUERY_URL",
        "",
        "Address of a SearXNG whose JSON format is on, such as http://searxng:8080/search.",
        persistent="rag.web.search.searxng_query_url",
    )
    searxng_language: str = setting(
        "SEARXNG_LANGUAGE",
        "all",
        "Language that SearXNG is asked for.",
        persistent="rag.web.search.searxng_language",
    )
    yacy_query_url: str = setting(
        "YACY_QUERY_URL",
        "",
        "Address of a YaCy peer, such as http://yacy:8090.",
        persistent="rag.web.search.yacy_query_url",
    )
    yacy_username: str = setting(
        "YACY_USERNAME",
        "",
        "User of the YaCy peer, for digest authentication.",
        persistent="rag.web.search.yacy_username",
    )
    yacy_password: str = setting(
        "YACY_PASSWORD",
        "",
        "Password of that user.",
        persistent="rag.web.search.yacy_password",
        secret=True,
    )
    google_pse_api_key: str = setting(
        "GOOGLE_PSE_API_KEY",
        "",
        "Key of Google's Programmable Search Engine.",
        persistent="rag.web.search.google_pse_api_key",
        secret=True,
    )
    google_pse_engine_id: str = setting(
        "GOOGLE_PSE_ENGINE_ID",
        "",
        "Which Programmable Search Engine is asked.",
        persistent="rag.web.search.google_pse_engine_id",
    )
    brave_search_api_key: str = setting(
        "BRAVE_SEARCH_API_KEY",
        "",
        "Key of Brave Search.",
        persistent="rag.web.search.brave_search_api_key",
        secret=True,
    )
    kagi_search_api_key: str = setting(
        "KAGI_SEARCH_API_KEY",
        "",
        "Key of Kagi.",
        persistent="rag.web.search.kagi_search_api_key",
        secret=True,
    )
    mojeek_search_api_key: str = setting(
        "MOJEEK_SEARCH_API_KEY",
        "",
        "Key of Mojeek.",
        persistent="rag.web.search.mojeek_search_api_key",
        secret=True,
    )
    bocha_search_api_key: str = setting(
        "BOCHA_SEARCH_API_KEY",
        "",
        "Key of Bocha.",
        persistent="rag.web.search.bocha_search_api_key",
        secret=True,
    )
    serpstack_api_key: str = setting(
        "SERPSTACK_API_KEY",
        "",
        "Key of Serpstack.",
        persistent="rag.web.search.serpstack_api_key",
        secret=True,
    )
    serpstack_https: bool = setting(
        "SERPSTACK_HTTPS",
        True,
        "Whether Serpstack is asked over HTTPS, which its free plan lacks.",
        persistent="rag.web.search.serpstack_https",
    )
    serper_api_key: str = setting(
        "SERPER_API_KEY",
        "",
        "Key of Serper.",
        persistent="rag.web.search.serper_api_key",
        secret=True,
    )
    serply_api_key: str = setting(
        "SERPLY_API_KEY",
        "",
        "Key of Serply.",
        persistent="rag.web.search.serply_api_key",
        secret=True,
    )
    searchapi_api_key: str = setting(
        "SEARCHAPI_API_KEY",
        "",
        "Key of SearchApi.",
        persistent="rag.web.search.searchapi_api_key",
        secret=True,
    )
    searchapi_engine: str = setting(
        "SEARCHAPI_ENGINE",
        "",
        "Which engine SearchApi asks; google when empty.",
        persistent="rag.web.search.searchapi_engine",
    )
    serpapi_api_key: str = setting(
        "SERPAPI_API_KEY",
        "",
        "Key of SerpApi.",
        persistent="rag.web.search.serpapi_api_key",
        secret=True,
    )
    serpapi_engine: str = setting(
        "SERPAPI_ENGINE",
        "",
        "Which engine SerpApi asks; google when empty.",
        persistent="rag.web.search.serpapi_engine",
    )
    jina_api_key: str = setting(
        "JINA_API_KEY",
        "",
        "Key of Jina's search.",
        persistent="rag.web.search.jina_api_key",
        secret=True,
    )
    bing_search_v7_endpoint: str = setting(
        "BING_SEARCH_V7_ENDPOINT",
        "https://api.bing.microsoft.com/v7.0/search",
        "Address of the Bing search API, or of one that speaks like it.",
        persistent="rag.web.search.bing_search_v7_endpoint",
    )
    bing_search_v7_subscription_key: str = setting(
        "BING_SEARCH_V7_SUBSCRIPTION_KEY",
        "",
        "Key of Bing.",
        persistent="rag.web.search.bing_search_v7_subscription_key",
        secret=True,
    )
    azure_ai_search_api_key: str = setting(
        "AZURE_AI_SEARCH_API_KEY",
        "",
        "Query key of Azure AI Search.",
        persistent="rag.web.search.azure_ai_search_api_key",
        secret=True,
    )
    azure_ai_search_endpoint: str = setting(
        "AZURE_AI_SEARCH_ENDPOINT",
        "",
        "Address of the Azure AI Search service, such as https://name.search.windows.net.",
        persistent="rag.web.search.azure_ai_search_endpoint",
    )
    azure_ai_search_index_name: str = setting(
        "AZURE_AI_SEARCH_INDEX_NAME",
        "",
        "Which index of it is searched.",
        persistent="rag.web.search.azure_ai_search_index_name",
    )
    exa_api_key: str = setting(
        "EXA_API_KEY",
        "",
        "Key of Exa.",
        persistent="rag.web.search.exa_api_key",
        secret=True,
    )
    perplexity_api_key: str = setting(
        "PERPLEXITY_API_KEY",
        "",
        "Key of Perplexity, for both of its engines.",
        persistent="rag.web.search.perplexity_api_key",
        secret=True,
    )
    perplexity_model: str = setting(
        "PERPLEXITY_MODEL",
        "sonar",
        "Model that the engine perplexity asks.",
        persistent="rag.web.search.perplexity_model",
    )
    perplexity_search_context_usage: str = setting(
        "PERPLEXITY_SEARCH_CONTEXT_USAGE",
        "medium",
        "How much that model reads: low, medium or high.",
        persistent="rag.web.search.perplexity_search_context_usage",
    )
    perplexity_search_api_url: str = setting(
        "PERPLEXITY_SEARCH_API_URL",
        "https://api.perplexity.ai/search",
        "Address that the engine perplexity_search asks.",
        persistent="rag.web.search.perplexity_search_api_url",
    )
    sougou_api_sid: str = setting(
        "SOUGOU_API_SID",
        "",
        "Secret id of Tencent Cloud, for the engine sougou.",
        persistent="rag.web.search.sougou_api_sid",
        secret=True,
    )
    sougou_api_sk: str = setting(
        "SOUGOU_API_SK",
        "",
        "Secret key that belongs to it.",
        persistent="rag.web.search.sougou_api_sk",
        secret=True,
    )
    tavily_api_key: str = setting(
        "TAVILY_API_KEY",
        "",
        "Key of Tavily, for searching and for reading pages.",
        persistent="rag.web.search.tavily_api_key",
        secret=True,
    )
    external_web_search_url: str = setting(
        "EXTERNAL_WEB_SEARCH_URL",
        "",
        "Address of your own search service: POST {query, count}, answer [{link, title, snippet}].",
        persistent="rag.web.search.external_web_search_url",
    )
    external_web_search_api_key: str = setting(
        "EXTERNAL_WEB_SEARCH_API_KEY",
        "",
        "Bearer token that it is sent.",
        persistent="rag.web.search.external_web_search_api_key",
        secret=True,
    )
