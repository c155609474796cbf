"""The Secrets of a Kubernetes API, over TLS and for bearers of a token: what a Job in a cluster talks to."""

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .manifests import Json

TOKEN = "the token of the service account"
_TYPES = {"POST": "application/json", "PATCH": "application/merge-patch+json"}


@dataclass
class Cluster:
    """Secrets by namespace and name, and where they are asked for."""

    port: int = 0
    secrets: dict[str, Json] = field(default_factory=dict)
    version: int = 1

    def answer(self, method: str, path: str, kind: str, body: Json) -> tuple[int, Json]:
        """Return status and body, as the API documents them."""
        if method != "GET" and kind != _TYPES.get(method):
            return 415, {}
        if method == "POST":
            path = f"{path}/{body['metadata']['name']}"
            if path in self.secrets:
                return 409, {}
            self.secrets[path] = body
        elif path not in self.secrets:
            return 404, {}
        elif method == "PATCH":
            kept = self.secrets[path]
            if body["metadata"].get("resourceVersion") != kept["metadata"]["resourceVersion"]:
                return 409, {}
            kept["data"] |= body["data"]
        if method != "GET":
            self.version += 1
            self.secrets[path]["metadata"]["resourceVersion"] = str(self.version)
        return 200, self.secrets[path]


def certificate(folder: Path) -> Path:
    """Write a certificate of 127.0.0.1 as ca.crt, and with its key as server.pem; return the latter."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cluster")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.crt").write_bytes(made)
    (folder / "server.pem").write_bytes(private + made)
    return folder / "server.pem"


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Serve for the time of a `with`; the folder gets what a pod finds of its service account."""
    state = Cluster()

    class Answers(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            kind = self.headers.get("Content-Type", "")
            status, found = state.answer(self.command, self.path, kind, body) if known else (401, {})
            raw = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - names that the base class looks for

        def log_message(self, *_: Any) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    (folder / "token").write_text(TOKEN, encoding="ascii")
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
