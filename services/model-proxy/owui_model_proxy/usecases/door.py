"""What every request to a provider has in common."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from owui_chassis.errors import Invalid, Unavailable
from owui_chassis.identity import Principal

from owui_model_proxy.ports import ProviderAnswer, Providers
from owui_model_proxy.usecases.catalogue import Catalogue
from owui_model_proxy.usecases.gate import Gate


@dataclass(frozen=True, slots=True)
class Door:
    """The one way out: which models there are, the providers behind them, and the bounds of requests."""

    catalogue: Catalogue
    providers: Providers
    gate: Gate
    max_body_bytes: int
    forward_user: bool

    def check_size(self, raw: bytes) -> None:
        """Raise Invalid for a body that is too large."""
        if len(raw) > self.max_body_bytes:
            raise Invalid(f"The request is larger than {self.max_body_bytes} bytes", "body_too_large")

    def read(self, raw: bytes) -> dict[str, Any]:
        """Return a body as an object; raise Invalid when it is none or too large."""
        self.check_size(raw)
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise Invalid("The request is not valid JSON", "invalid_json") from None
        if not isinstance(body, dict):
            raise Invalid("The request has to be a JSON object", "invalid_json")
        return body

    def write(self, body: dict[str, Any]) -> bytes:
        """Return the body as JSON; raise Invalid for one that is nested too deeply to be written."""
        try:
            return orjson.dumps(body)
        except orjson.JSONEncodeError as error:
            raise Invalid(f"The request cannot be passed on: {error}", "invalid_json") from None

    def headers(self, principal: Principal) -> dict[str, str]:
        """Return the headers that tell a provider who asks, if the operator wants that."""
        if not self.forward_user:
            return {}
        return {
            "X-OpenWebUI-User-Name": quote(principal.name, safe=" "),
            "X-OpenWebUI-User-Id": quote(principal.user_id),
            "X-OpenWebUI-User-Email": quote(principal.email, safe="@"),
            "X-OpenWebUI-User-Role": quote(principal.role),
        }


def model_of(body: dict[str, Any]) -> str:
    """Return the model that a body names; raise Invalid when it names none."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Invalid("The request has to name a model", "model_missing")
    return model


def refuse_redirect(answer: ProviderAnswer, host: str) -> None:
    """Raise Unavailable for an answer that sends us elsewhere."""
    if 300 <= answer.status < 400:
        raise Unavailable(f"The model server at {host} answered with a redirect", "provider_redirects")
