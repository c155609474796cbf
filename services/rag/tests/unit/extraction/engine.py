"""A server that plays an engine: it answers by script and remembers what it was asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    form: dict[str, Any] = field(default_factory=dict)


class Engine:
    """Answers each path with what is scripted for it: JSON, a response, or several of these in turn."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self._script: dict[str, list[Any]] = {}

    def on(self, path: str, *answers: Any) -> None:
        """Script the answers to a method and path such as "PUT /tika/text"; the last one is repeated."""
        self._script[path] = list(answers)

    async def __aenter__(self) -> "Engine":
        application = web.Application(client_max_size=1 << 30)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(request.method, request.path, dict(request.query), dict(request.headers), b"")
        if request.content_type == "multipart/form-data":
            asked.form = {
                name: value.file.read() if isinstance(value, web.FileField) else value
                for name, value in (await request.post()).items()
            }
        else:
            asked.body = await request.read()
        self.asked.append(asked)
        answers = self._script.get(f"{request.method} {request.path}", [web.Response(status=404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = await answer(request)
        if isinstance(answer, int):
            return web.json_response({"detail": f"status {answer}"}, status=answer)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)
