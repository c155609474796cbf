"""The settings of the model proxy; the only reader of its environment."""

from datetime import timedelta
from typing import Any

from owui_chassis.settings import ServiceSettings, setting


class ModelProxySettings(ServiceSettings):
    """Connections, the catalogue, access to models, and the bounds of requests."""

    prefix = "MODEL_PROXY_"

    enable_openai_api: bool = setting(
        "ENABLE_OPENAI_API",
        True,
        "Whether OpenAI-compatible connections are used.",
        persistent="openai.enable",
    )
    openai_api_base_urls: tuple[str, ...] = setting(
        ("OPENAI_API_BASE_URLS", "OPENAI_API_BASE_URL"),
        ("https://api.openai.com/v1",),
        "Addresses of OpenAI-compatible servers, separated by semicolons. "
        "OpenAI's own is not asked without a key.",
        persistent="openai.api_base_urls",
        separator=";",
    )
    openai_api_keys: tuple[str, ...] = setting(
        ("OPENAI_API_KEYS", "OPENAI_API_KEY"),
        ("",),
        "Keys of these servers in the same order, separated by semicolons.",
        persistent="openai.api_keys",
        separator=";",
        secret=True,
    )
    openai_api_configs: dict[str, Any] = setting(
        "OPENAI_API_CONFIGS",
        {},
        "Configurations of these servers by index, as JSON: enable, prefix_id, model_ids, connection_type, "
        "tags, auth_type, headers.",
        persistent="openai.api_configs",
        secret=True,
    )
    enable_ollama_api: bool = setting(
        "ENABLE_OLLAMA_API", True, "Whether Ollama connections are used.", persistent="ollama.enable"
    )
    ollama_base_urls: tuple[str, ...] = setting(
        ("OLLAMA_BASE_URLS", "OLLAMA_BASE_URL"),
        (),
        "Addresses of Ollama servers, separated by semicolons.",
        persistent="ollama.base_urls",
        separator=";",
    )
    ollama_api_base_url: str = setting(
        "OLLAMA_API_BASE_URL",
        "",
        "Older form of OLLAMA_BASE_URL, which ends in /api; used when that is not set.",
    )
    ollama_api_configs: dict[str, Any] = setting(
        "OLLAMA_API_CONFIGS",
        {},
        "Configurations of the Ollama servers by index, as JSON; like OPENAI_API_CONFIGS, and key.",
        persistent="ollama.api_configs",
        secret=True,
    )

    demo_model_base_url: str = setting(
        "DEMO_MODEL_BASE_URL", "", "Address of the demonstration model, used while nothing else is connected."
    )
    demo_model_api_key: str = setting(
        "DEMO_MODEL_API_KEY", "", "Key of the demonstration model.", secret=True
    )
    demo_model_id: str = setting("DEMO_MODEL_ID", "", "Identifier of the demonstration model at its address.")
    demo_model_name: str = setting(
        "DEMO_MODEL_NAME", "SmolLM2 135M (demonstration)", "Name of the demonstration model that people see."
    )

    models_cache_ttl: timedelta = setting(
        "MODELS_CACHE_TTL",
        timedelta(seconds=10),
        "Age from which a provider is asked for its models again, in the background.",
    )
    model_list_timeout: timedelta = setting(
        ("AIOHTTP_CLIENT_TIMEOUT_MODEL_LIST", "AIOHTTP_CLIENT_TIMEOUT_OPENAI_MODEL_LIST"),
        timedelta(seconds=10),
        "How long a provider may take to list its models, or to answer an administrator's test.",
    )
    model_order_list: tuple[str, ...] = setting(
        "MODEL_ORDER_LIST",
        (),
        "Identifiers of the models that are listed first, in this order; the others follow by name.",
        persistent="ui.model_order_list",
    )
    bypass_model_access_control: bool = setting(
        "BYPASS_MODEL_ACCESS_CONTROL", False, "Whether everybody may use every model."
    )
    bypass_admin_access_control: bool = setting(
        ("BYPASS_ADMIN_ACCESS_CONTROL", "ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS"),
        True,
        "Whether administrators may use and change models that are not theirs.",
    )

    client_timeout: timedelta | None = setting(
        "AIOHTTP_CLIENT_TIMEOUT", None, "How long a whole completion may take; not set: without end."
    )
    idle_timeout: timedelta = setting(
        "{prefix}IDLE_TIMEOUT",
        timedelta(seconds=300),
        "How long a provider may stay silent before its first byte and between two.",
    )
    verify_tls: bool = setting(
        "AIOHTTP_CLIENT_SESSION_SSL", True, "Whether the certificates of providers are checked."
    )
    forward_user_info: bool = setting(
        "ENABLE_FORWARD_USER_INFO_HEADERS",
        False,
        "Whether providers are told who asks, in headers X-OpenWebUI-User-Name, -Id, -Email and -Role.",
    )
    max_streams: int = setting(
        "{prefix}MAX_STREAMS", 2000, "Requests to providers that a replica serves at once; more are refused."
    )
    max_body_bytes: int = setting(
        "{prefix}MAX_BODY_BYTES", 64 * 1024 * 1024, "Size of the largest request that is passed on."
    )
