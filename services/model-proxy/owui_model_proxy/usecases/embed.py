"""Ask an embedding model for vectors."""

import orjson
from owui_chassis.errors import Exhausted, Invalid, NotFound, ServiceError, Unavailable
from owui_chassis.identity import Principal

from owui_model_proxy.domain.connections import Dialect
from owui_model_proxy.domain.request_params import strip_ours
from owui_model_proxy.ports import ProviderRequest
from owui_model_proxy.usecases.door import Door, model_of

_MAXIMUM_MESSAGE = 500


class Embed:
    """Request and answer are in OpenAI's form, which Ollama speaks too."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __call__(self, raw: bytes, principal: Principal) -> bytes:
        """Return the provider's answer; raise the nearest error when it refuses."""
        door = self._door
        body = door.read(raw)
        route = await door.catalogue.route(model_of(body), principal)
        connection, upstream_id = route.base.targets[0]
        strip_ours(body)
        body["model"] = upstream_id
        path = "v1/embeddings" if connection.dialect is Dialect.OLLAMA else "embeddings"
        request = ProviderRequest("POST", path, door.write(body), headers=door.headers(principal))
        with door.gate.inside():
            async with door.providers.ask(connection, request) as answer:
                content = await answer.read_all()
        if answer.status != 200:
            raise _refusal(answer.status, content, connection.host)
        try:
            orjson.loads(content)
        except orjson.JSONDecodeError:
            raise Unavailable(
                f"The model server at {connection.host} did not answer with JSON", "provider_garbage"
            ) from None
        return content


def _refusal(status: int, content: bytes, host: str) -> ServiceError:
    message = f"The model server at {host} answered {status}: {_message(content)}".rstrip(": ")
    kinds: dict[int, type[ServiceError]] = {
        400: Invalid,
        404: NotFound,
        413: Invalid,
        422: Invalid,
        429: Exhausted,
    }
    return kinds.get(status, Unavailable)(message, "provider_refused")


def _message(content: bytes) -> str:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    error = answer.get("error", answer.get("detail")) if isinstance(answer, dict) else None
    if isinstance(error, dict):
        error = error.get("message")
    return error[:_MAXIMUM_MESSAGE] if isinstance(error, str) else ""
