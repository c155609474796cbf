"""A provider that answers every question with the same words: a platform can be tried without any model."""

# With the standard library alone. Environment: PORT.

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "fixed-words"
WORDS = ["These ", "words ", "are ", "always ", "the ", "same."]
LARGEST = 16 * 1024 * 1024


def completion(kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    """Return an answer or a piece of one."""
    head = {"id": "chatcmpl-fixed", "object": kind, "created": int(time.time()), "model": MODEL}
    return {**head, "choices": [{"index": 0, "finish_reason": None, **choice}]}


def pieces() -> Iterator[bytes]:
    """Return the events of a streamed answer."""
    deltas = [{"role": "assistant", "content": ""}, *({"content": word} for word in WORDS)]
    events = [completion("chat.completion.chunk", {"delta": delta}) for delta in deltas]
    events.append(completion("chat.completion.chunk", {"delta": {}, "finish_reason": "stop"}))
    for event in events:
        yield f"data: {json.dumps(event)}\n\n".encode()
    yield b"data: [DONE]\n\n"


class Provider(BaseHTTPRequestHandler):
    """Answers requests."""

    def do_GET(self) -> None:
        """List the one model; any other path says that the provider is alive."""
        if self.path.rstrip("/").endswith("/models"):
            model = {"id": MODEL, "object": "model", "owned_by": "nobody"}
            self._send({"object": "list", "data": [model]})
        else:
            self._send({"status": True})

    def do_POST(self) -> None:
        """Answer a question."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.send_error(413)
            return
        asked = json.loads(self.rfile.read(length) or b"{}")
        if not self.path.endswith("/chat/completions"):
            self.send_error(404)
        elif asked.get("stream"):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for piece in pieces():
                self.wfile.write(piece)
                self.wfile.flush()
        else:
            message = {"role": "assistant", "content": "".join(WORDS)}
            usage = {"prompt_tokens": 1, "completion_tokens": len(WORDS), "total_tokens": len(WORDS) + 1}
            answer = completion("chat.completion", {"message": message, "finish_reason": "stop"})
            self._send({**answer, "usage": usage})

    def _send(self, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Be quiet: probes ask every few seconds."""


def main() -> None:
    """Serve until told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Provider) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
