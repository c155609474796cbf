"""Which requests may pass to a provider as they are."""

from owui_model_proxy.domain.connections import Dialect

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
# Paths whose body names the model that answers: with a model that somebody may use, he may use these.
_NAMES_MODEL = {
    Dialect.OPENAI: frozenset(
        {
            "chat/completions",
            "completions",
            "responses",
            "embeddings",
            "audio/speech",
            "moderations",
            "images/generations",
            "rerank",
            "score",
            "tokenize",
        }
    ),
    Dialect.OLLAMA: frozenset(
        {
            "api/show",
            "api/embed",
            "api/embeddings",
            "api/generate",
            "api/chat",
            "v1/chat/completions",
            "v1/completions",
            "v1/embeddings",
            "v1/responses",
        }
    ),
}
# Paths for administrators whose body names a model that a connection has.
UNLOAD = "api/unload"
_MANAGES_MODEL = frozenset({"api/delete", "api/push", UNLOAD})


def is_method(method: str) -> bool:
    """Whether it is a method that providers know."""
    return method in _METHODS


def names_model(dialect: Dialect, method: str, path: str) -> bool:
    """Whether the body of such a request names a model."""
    return method == "POST" and path in _NAMES_MODEL[dialect]


def manages_model(dialect: Dialect, path: str) -> bool:
    """Whether a request for administrators is about one model of a connection."""
    return dialect is Dialect.OLLAMA and path in _MANAGES_MODEL


def unload_body(upstream_id: str) -> dict[str, object]:
    """Return the request to Ollama's /api/generate that makes it forget a model."""
    return {"model": upstream_id, "prompt": "", "keep_alive": 0, "stream": False}
