"""Signs in through the gateway and completes a chat, as `helm test` does; with the standard library alone."""

# Environment: GATEWAY (its address), TEST_EMAIL, TEST_PASSWORD, TEST_CREATE ("true" signs up where it
# cannot sign in) and TEST_MODEL (empty: the first of the list).

import json
import os
import sys
import urllib.error
import urllib.request
from http.client import HTTPResponse

SECONDS = 60
QUESTION = "Say one word."


class Failure(Exception):
    """The platform does not do what it should; the message says what."""


class Client:
    """Talks to the gateway."""

    def __init__(self, gateway: str) -> None:
        self._gateway = gateway
        self._token = ""

    def ask(self, path: str, body: object = None) -> HTTPResponse:
        """Send a request, a POST when there is a body; raise Failure with the answer when it is refused."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        address = self._gateway + path  # that of the chart, always http
        request = urllib.request.Request(address, data=data, headers=headers)  # noqa: S310 - see above
        try:
            answer: HTTPResponse = urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310 - see above
        except urllib.error.HTTPError as error:
            raise Failure(f"{path}: {error.code} {error.read(300).decode(errors='replace')}") from None
        except OSError as error:
            raise Failure(f"{path}: {error}") from None
        return answer

    def sign_in(self, email: str, password: str, create: bool) -> str:
        """Become somebody; return the role."""
        account = {"email": email, "password": password}
        try:
            answer = json.load(self.ask("/api/v1/auths/signin", account))
        except Failure:
            if not create:
                raise
            answer = json.load(self.ask("/api/v1/auths/signup", {**account, "name": "Helm test"}))
        self._token = answer["token"]
        return str(answer["role"])

    def models(self) -> list[str]:
        """Return the identifiers of the models that may be used."""
        return [model["id"] for model in json.load(self.ask("/api/models"))["data"]]

    def complete(self, model: str) -> str:
        """Ask a model a question; return its answer, which has to come to its end."""
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
        text, ended = "", False
        for line in self.ask("/api/chat/completions", body):
            event = line.decode().strip().removeprefix("data:").strip()
            ended = ended or event == "[DONE]"
            if event.startswith("{"):
                for choice in json.loads(event).get("choices", []):
                    text += choice.get("delta", {}).get("content") or ""
        if not ended:
            raise Failure(f"the answer of {model} broke off after {text!r}")
        if not text:
            raise Failure(f"the answer of {model} is empty")
        return text


def tell(line: str) -> None:
    """Say what works, as it happens."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(environ: dict[str, str]) -> None:
    """Do what a person does first."""
    client = Client(environ["GATEWAY"].rstrip("/"))
    client.ask("/health")
    client.ask("/ready")
    tell("the gateway is ready, and all services behind it")
    create = environ.get("TEST_CREATE") == "true"
    role = client.sign_in(environ["TEST_EMAIL"], environ["TEST_PASSWORD"], create)
    if role == "pending":
        raise Failure(f"{environ['TEST_EMAIL']} waits for approval: an administrator has to give it a role")
    tell(f"signed in as {environ['TEST_EMAIL']} ({role})")
    models = client.models()
    if not models:
        raise Failure("no model: connect a provider (config.OPENAI_API_BASE_URLS) or grant this account one")
    model = environ.get("TEST_MODEL") or models[0]
    tell(f"{model} answers: {client.complete(model)!r}")


def main() -> int:
    """Do it; 1 with one line of reason when something is wrong."""
    try:
        run(dict(os.environ))
    except Failure as failure:
        sys.stderr.write(f"FAILED {failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
