"""How pages are fetched and the web is searched."""

import ipaddress

from owui_chassis.settings import SettingsError, duration, setting

from owui_rag.settings_of.web_engines import WebEngineSettings


class WebSettings(WebEngineSettings):
    """How pages are fetched and the web is searched."""

    enable_web_search: bool = setting(
        "ENABLE_WEB_SEARCH",
        False,
        "Whether chats may search the web.",
        persistent="rag.web.search.enable",
    )
    web_search_engine: str = setting(
        "WEB_SEARCH_ENGINE",
        "",
        "Which engine searches: searxng, brave, google_pse, tavily, duckduckgo, bing, kagi, exa, jina, "
        "serper, serpapi, searchapi, serpstack, serply, mojeek, bocha, perplexity, perplexity_search, "
        "yacy, azure, ollama_cloud, sougou, firecrawl or external.",
        persistent="rag.web.search.engine",
    )
    web_search_result_count: int = setting(
        "WEB_SEARCH_RESULT_COUNT",
        3,
        "How many results of one query are used; 50 at most.",
        persistent="rag.web.search.result_count",
    )
    web_search_concurrent_requests: int = setting(
        "WEB_SEARCH_CONCURRENT_REQUESTS",
        0,
        "How many queries of one question are asked at the same time; 0 for all.",
        persistent="rag.web.search.concurrent_requests",
    )
    web_search_domain_filter_list: tuple[str, ...] = setting(
        "WEB_SEARCH_DOMAIN_FILTER_LIST",
        (),
        "Domains that results may come from; one with ! before it is left out.",
        persistent="rag.web.search.domain.filter_list",
    )
    web_search_trust_env: bool = setting(
        "WEB_SEARCH_TRUST_ENV",
        False,
        "Whether pages and search engines are reached through HTTP_PROXY and HTTPS_PROXY.",
        persistent="rag.web.search.trust_env",
    )
    bypass_web_search_embedding_and_retrieval: bool = setting(
        "BYPASS_WEB_SEARCH_EMBEDDING_AND_RETRIEVAL",
        False,
        "Whether found pages go into the prompt whole instead of being cut and searched.",
        persistent="rag.web.search.bypass_embedding_and_retrieval",
    )
    bypass_web_search_web_loader: bool = setting(
        "BYPASS_WEB_SEARCH_WEB_LOADER",
        False,
        "Whether the snippets of the engine are used without fetching the pages.",
        persistent="rag.web.search.bypass_web_loader",
    )
    web_loader_engine: str = setting(
        "WEB_LOADER_ENGINE",
        "",
        "Who reads pages: empty for this service itself, firecrawl, tavily, playwright or external.",
        persistent="rag.web.loader.engine",
    )
    web_loader_concurrent_requests: int = setting(
        "WEB_LOADER_CONCURRENT_REQUESTS",
        10,
        "How many pages one replica fetches at the same time.",
        persistent="rag.web.loader.concurrent_requests",
    )
    web_loader_timeout: str = setting(
        "WEB_LOADER_TIMEOUT",
        "",
        "How long fetching one page may take, redirects included, such as 30 or 1m; 30 seconds when empty.",
        persistent="rag.web.loader.timeout",
    )
    enable_web_loader_ssl_verification: bool = setting(
        "ENABLE_WEB_LOADER_SSL_VERIFICATION",
        True,
        "Whether the certificates of fetched pages are checked.",
        persistent="rag.web.loader.ssl_verification",
    )
    enable_rag_local_web_fetch: bool = setting(
        "ENABLE_RAG_LOCAL_WEB_FETCH",
        False,
        "Whether pages at private and loopback addresses may be fetched; metadata services never are.",
    )
    web_fetch_filter_list: tuple[str, ...] = setting(
        "WEB_FETCH_FILTER_LIST",
        (),
        "Domains that pages may be fetched from; one with ! before it is refused.",
    )
    web_fetch_allowed_networks: tuple[str, ...] = setting(
        "{prefix}WEB_FETCH_ALLOWED_NETWORKS",
        (),
        "Private networks that pages may be fetched from although others may not, such as 10.20.0.0/16.",
    )
    web_page_max_bytes: int = setting(
        "{prefix}WEB_PAGE_MAX_BYTES",
        16 * 1024 * 1024,
        "Size that a fetched page may have, unpacked.",
    )
    web_user_agent: str = setting(
        ("{prefix}WEB_USER_AGENT", "USER_AGENT"),
        "owui-rag (page reader of a self-hosted assistant)",
        "Name under which pages are fetched.",
    )
    playwright_ws_url: str = setting(
        "PLAYWRIGHT_WS_URL",
        "",
        "Address of a Playwright server, such as ws://playwright:3000.",
        persistent="rag.web.loader.playwright_ws_url",
    )
    playwright_timeout: int = setting(
        "PLAYWRIGHT_TIMEOUT",
        10000,
        "Milliseconds that its browser may take for a page.",
        persistent="rag.web.loader.playwright_timeout",
    )
    firecrawl_api_key: str = setting(
        "FIRECRAWL_API_KEY",
        "",
        "Key of Firecrawl, for searching and for reading pages.",
        persistent="rag.web.loader.firecrawl_api_key",
        secret=True,
    )
    firecrawl_api_base_url: str = setting(
        "FIRECRAWL_API_BASE_URL",
        "https://api.firecrawl.dev",
        "Address of Firecrawl.",
        persistent="rag.web.loader.firecrawl_api_url",
    )
    tavily_extract_depth: str = setting(
        "TAVILY_EXTRACT_DEPTH",
        "basic",
        "How thoroughly Tavily reads a page: basic or advanced.",
        persistent="rag.web.search.tavily_extract_depth",
    )
    external_web_loader_url: str = setting(
        "EXTERNAL_WEB_LOADER_URL",
        "",
        "Address of your own page reader: POST {urls}, answer [{page_content, metadata}].",
        persistent="rag.web.loader.external_web_loader_url",
    )
    external_web_loader_api_key: str = setting(
        "EXTERNAL_WEB_LOADER_API_KEY",
        "",
        "Bearer token that it is sent.",
        persistent="rag.web.loader.external_web_loader_api_key",
        secret=True,
    )
    youtube_loader_language: tuple[str, ...] = setting(
        "YOUTUBE_LOADER_LANGUAGE",
        ("en",),
        "Languages of YouTube captions, the preferred one first.",
        persistent="rag.youtube_loader_language",
    )
    youtube_loader_translation: str = setting(
        "YOUTUBE_LOADER_TRANSLATION",
        "",
        "Language into which YouTube translates captions, such as en; empty leaves them as they are.",
        persistent="rag.youtube_loader_translation",
    )
    youtube_loader_proxy_url: str = setting(
        "YOUTUBE_LOADER_PROXY_URL",
        "",
        "HTTP proxy through which YouTube is reached.",
        persistent="rag.youtube_loader_proxy_url",
        secret=True,
    )

    def check(self) -> None:
        """Raise SettingsError for a time or a network that is none."""
        super().check()
        try:
            duration(self.web_loader_timeout or "30")
        except ValueError as error:
            raise SettingsError(f"WEB_LOADER_TIMEOUT: {error}") from None
        for network in self.web_fetch_allowed_networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise SettingsError(f"{self.prefix}WEB_FETCH_ALLOWED_NETWORKS: {error}") from None
