"""Makes up the secrets that nobody gave, once: a Secret that is there keeps what it has."""

# Runs in a Job before an install or an upgrade, with the standard library alone. Environment: NAMESPACE,
# SECRET (its name), LABELS (JSON) and NAMES (what it has to hold, separated by commas).

import base64
import json
import os
import secrets
import ssl
import string
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
# Letters and digits stand in addresses as they are. 48 of them are 285 bits.
LETTERS, LENGTH = string.ascii_letters + string.digits, 48
SECONDS = 30
NOT_FOUND, CONFLICT = 404, 409


class Cluster:
    """The Secrets of one namespace, as the service account of this pod."""

    def __init__(self, namespace: str) -> None:
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        host = f"[{host}]" if ":" in host else host
        self._url = f"https://{host}:{port}/api/v1/namespaces/{namespace}/secrets"
        self._token = (ACCOUNT / "token").read_text(encoding="ascii")
        self._context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))

    def call(self, method: str, name: str = "", body: object = None, kind: str = "application/json") -> Any:
        """Ask the API; return its answer. Raises HTTPError."""
        request = urllib.request.Request(  # noqa: S310 - the address is https and made above
            f"{self._url}/{name}".rstrip("/"),
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": kind},
        )
        # Never through a proxy: the API is inside.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._context)
        )
        with opener.open(request, timeout=SECONDS) as answer:
            return json.load(answer)


def made_up(names: Iterable[str]) -> dict[str, str]:
    """Return a random value for each name, as a Secret holds it."""
    values = {name: "".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for name in names}
    return {name: base64.b64encode(value.encode()).decode() for name, value in values.items()}


def ensure(cluster: Cluster, name: str, labels: dict[str, str], names: list[str]) -> list[str]:
    """Give the Secret what it lacks; return what was made up."""
    try:
        found = cluster.call("GET", name)
    except urllib.error.HTTPError as error:
        if error.code != NOT_FOUND:
            raise
        metadata = {"name": name, "labels": labels, "annotations": {"helm.sh/resource-policy": "keep"}}
        cluster.call("POST", body={"metadata": metadata, "type": "Opaque", "data": made_up(names)})
        return names
    missing = [wanted for wanted in names if wanted not in found.get("data", {})]
    if missing:
        # With its version: of two that add at once, one is refused and begins again.
        version = {"resourceVersion": found["metadata"]["resourceVersion"]}
        change = {"metadata": version, "data": made_up(missing)}
        cluster.call("PATCH", name, change, "application/merge-patch+json")
    return missing


def main() -> int:
    """Do it; names are told, values never."""
    name, names = os.environ["SECRET"], os.environ["NAMES"].split(",")
    try:
        made = ensure(Cluster(os.environ["NAMESPACE"]), name, json.loads(os.environ["LABELS"]), names)
    except urllib.error.HTTPError as error:
        again = " (somebody else was quicker: the next attempt finds it)" if error.code == CONFLICT else ""
        sys.stderr.write(f"{error.url}: {error.code} {error.reason}{again}\n")
        return 1
    sys.stdout.write(f"{name}: made {', '.join(made)}\n" if made else f"{name} has all it needs\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
