"""The HTTP server of the fake provider: serves scripted answers and remembers what it was asked."""

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from owui_testkit.fake_provider.render import CREATED, STAMP, Form, OllamaForm, OpenAIForm, dump
from owui_testkit.fake_provider.reply import CUT, HANG, Break, Gate, Pause, Reply, Step


class ScriptedCutError(Exception):
    """The script has reset the connection."""


@dataclass
class RecordedRequest:
    """One request as it arrived; `client_left` is set when its connection closed before the answer ended."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    client_left: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class FakeProvider:
    """Listens on a free loopback port; `base_url` is for OpenAI clients, `ollama_url` for Ollama's."""

    def __init__(self, models: tuple[str, ...] = ("fake-model",), api_key: str | None = None) -> None:
        """Offer these models; with an `api_key` refuse (401) requests that do not carry it."""
        self.models = models
        self.api_key = api_key
        self.requests: list[RecordedRequest] = []
        self.default = Reply()
        self.models_reply: Reply | None = None
        self.port = 0
        self._script: deque[Reply] = deque()
        self._arrival = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def ollama_url(self) -> str:
        """The root address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The address with the version, as OpenAI clients want it."""
        return f"{self.ollama_url}/v1"

    @property
    def completions(self) -> list[RecordedRequest]:
        """The requests that asked a model to write."""
        endings = ("/chat/completions", "/completions", "/api/chat", "/api/generate")
        return [request for request in self.requests if request.path.endswith(endings)]

    def script(self, *replies: Reply) -> None:
        """Answer the next completions so, in this order; `default` serves all further ones."""
        self._script.extend(replies)

    def reset(self) -> None:
        """Forget the script and the requests."""
        self._script.clear()
        self.requests.clear()
        self.default = Reply()
        self.models_reply = None

    async def wait_for_completions(self, count: int, seconds: float = 10.0) -> list[RecordedRequest]:
        """Return the completions asked for as soon as there are at least `count`; raise TimeoutError."""
        async with asyncio.timeout(seconds), self._arrival:
            await self._arrival.wait_for(lambda: len(self.completions) >= count)
        return self.completions

    async def start(self, port: int = 0) -> None:
        """Begin to listen."""
        application = web.Application(client_max_size=64 * 1024**2)
        application.router.add_route("*", "/{path:.*}", self._serve)
        # Cancelling the handler is how the server learns that the client has gone.
        self._runner = web.AppRunner(
            application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        record = RecordedRequest(
            request.method, request.path, request.query_string, dict(request.headers), await request.read()
        )
        async with self._arrival:
            self.requests.append(record)
            self._arrival.notify_all()
        try:
            return await self._answer(request, record)
        except ScriptedCutError:
            return web.Response()  # the connection is gone: nothing of this is sent
        except (asyncio.CancelledError, ConnectionError):
            record.client_left.set()
            raise
        finally:
            record.finished.set()

    async def _answer(self, request: web.Request, record: RecordedRequest) -> web.StreamResponse:
        if self.api_key and record.headers.get("Authorization") != f"Bearer {self.api_key}":
            return json_response({"error": {"message": "Incorrect API key provided"}}, status=401)
        if request.method == "GET":
            return await self._answer_get(request)
        if request.path.endswith("/embeddings"):
            return json_response(embeddings(record.json))
        form = form_of(request.path, record)
        if form is None:
            return json_response({"error": {"message": f"no such path: {request.path}"}}, status=404)
        reply = self._script.popleft() if self._script else self.default
        return await send(request, reply, form, streamed=wants_stream(request.path, record.json))

    async def _answer_get(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/api/version":
            return json_response({"version": "0.12.0"})
        if request.path == "/api/ps":
            return json_response({"models": []})
        if self.models_reply is not None:
            return await send(request, self.models_reply, OpenAIForm(""), streamed=False)
        if request.path == "/api/tags":
            return json_response({"models": [ollama_model(name) for name in self.models]})
        if request.path.endswith("/models"):
            entries = [
                {"id": n, "object": "model", "created": CREATED, "owned_by": "fake"} for n in self.models
            ]
            return json_response({"object": "list", "data": entries})
        return json_response({"error": {"message": f"no such path: {request.path}"}}, status=404)


def json_response(value: object, status: int = 200) -> web.Response:
    """Return an ordinary answer."""
    return web.Response(body=dump(value), status=status, content_type="application/json")


def form_of(path: str, record: RecordedRequest) -> Form | None:
    """Return how the endpoint writes its answers."""
    with contextlib.suppress(ValueError, AttributeError, RecursionError):
        model = str(record.json.get("model", ""))
        include_usage = bool((record.json.get("stream_options") or {}).get("include_usage"))
        if path.endswith("/chat/completions"):
            return OpenAIForm(model, include_usage=include_usage)
        if path.endswith("/completions"):
            return OpenAIForm(model, chat=False, include_usage=include_usage)
        if path in {"/api/chat", "/api/generate"}:
            return OllamaForm(model, chat=path == "/api/chat")
    return None


def wants_stream(path: str, body: dict[str, Any]) -> bool:
    """Say whether the request asks for a stream: Ollama streams unless told not to."""
    return bool(body.get("stream", path.startswith("/api/")))


def ollama_model(name: str) -> dict[str, Any]:
    """Return an entry of Ollama's list of models."""
    details = {"format": "gguf", "family": "fake", "parameter_size": "1B", "quantization_level": "Q4_0"}
    entry = {"name": name, "model": name, "modified_at": STAMP, "size": 1, "digest": "0" * 64}
    return {**entry, "details": details}


def embeddings(body: dict[str, Any]) -> dict[str, Any]:
    """Return a small, deterministic vector for each input."""
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [
        {"object": "embedding", "index": index, "embedding": [float(len(str(text))), float(index), 1.0]}
        for index, text in enumerate(inputs)
    ]
    return {
        "object": "list",
        "model": body.get("model"),
        "data": data,
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


async def send(request: web.Request, reply: Reply, form: Form, *, streamed: bool) -> web.StreamResponse:
    """Carry out a reply."""
    if reply.headers_after is not None:
        await happen(reply.headers_after, request)
    if reply.body is not None or not streamed:
        for step in reply.steps if reply.body is None else ():
            if not isinstance(step, str | bytes):
                await happen(step, request)
        body = reply.body if reply.body is not None else form.whole(reply)
        return web.Response(
            body=body, status=reply.status, headers={**reply.headers, "Content-Type": reply.content_type}
        )
    response = web.StreamResponse(
        status=reply.status, headers={**reply.headers, "Content-Type": form.content_type}
    )
    await response.prepare(request)
    for text in reply.reasoning:
        await response.write(form.piece(text, reasoning=True))
    for step in reply.steps:
        if isinstance(step, str | bytes):
            await response.write(step if isinstance(step, bytes) else form.piece(step))
        else:
            await happen(step, request)
    if reply.finish:
        await response.write(form.ending(reply))
    await response.write_eof()
    return response


async def happen(step: Step | Pause | Gate | Break, request: web.Request) -> None:
    """Carry out a step that writes nothing."""
    if isinstance(step, Pause):
        await asyncio.sleep(step.seconds)
    elif isinstance(step, Gate):
        await step.pass_through()
    elif step is HANG:
        await asyncio.Event().wait()
    elif step is CUT:
        if request.transport is not None:
            request.transport.abort()
        raise ScriptedCutError
