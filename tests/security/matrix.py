"""Who may call what, as the contracts say it: every route with the least role that it asks for."""

import re
from dataclasses import dataclass

from owui_gateway.transcoding.bindings import Binding, bindings_of
from owui_gateway.transcoding.descriptors import load_contracts

RANKS = {"anyone": 0, "pending": 1, "user": 2, "admin": 3}
_PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
# Routes that are written by hand in the gateway, with the least role.
BY_HAND = [
    ("GET", "/api/config", "anyone"),
    ("GET", "/api/version", "anyone"),
    ("GET", "/health", "anyone"),
    ("GET", "/metrics", "admin"),
    ("GET", "/api/usage", "user"),
    ("POST", "/api/v1/files/", "user"),
    ("GET", "/api/v1/files/{id}/content", "user"),
    ("GET", "/api/v1/files/{id}/content/html", "user"),
    ("GET", "/api/v1/files/{id}/content/{file_name}", "user"),
    ("GET", "/api/v1/files/{id}/process/status", "user"),
    ("POST", "/mcp", "user"),
    ("POST", "/api/chat/completions", "user"),
    ("POST", "/api/v1/chat/completions", "user"),
    ("POST", "/openai/chat/completions", "user"),
    ("POST", "/openai/audio/speech", "user"),
    ("GET", "/openai/whatever", "user"),
    ("DELETE", "/openai/files/x", "user"),
    ("POST", "/ollama/api/chat", "user"),
    ("POST", "/ollama/api/generate", "user"),
    ("POST", "/ollama/v1/chat/completions", "user"),
    ("POST", "/ollama/api/show", "user"),
    ("POST", "/ollama/api/embed", "user"),
    ("POST", "/ollama/api/pull", "admin"),
    ("POST", "/ollama/api/create", "admin"),
    ("POST", "/ollama/api/copy", "admin"),
    ("DELETE", "/ollama/api/delete", "admin"),
    ("POST", "/ollama/api/unload", "admin"),
]
# Open by contract: they look at the caller themselves.
ENDS_THE_SESSION = ("GET", "/api/v1/auths/signout")


@dataclass(frozen=True)
class Route:
    """A verb and path with the least role, and the permission that people below administrators need too."""

    verb: str
    template: str
    role: str
    permission: str = ""

    @property
    def path(self) -> str:
        """A path that names objects nobody has."""
        return _PARAMETER.sub("00000000-0000-0000-0000-000000000000", self.template)

    def admits(self, role: str) -> bool:
        """Whether the role alone is enough."""
        return RANKS[role] >= RANKS[self.role]

    def __str__(self) -> str:
        return f"{self.verb} {self.template}"


def routes() -> list[Route]:
    """All routes of the installation."""
    written = [_route(binding) for binding in bindings_of(load_contracts().services)]
    return [*written, *(Route(verb, path, role) for verb, path, role in BY_HAND)]


def _route(binding: Binding) -> Route:
    return Route(binding.verb, binding.template.text, binding.access.role, binding.access.permission)
