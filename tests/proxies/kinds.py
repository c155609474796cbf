"""nginx, HAProxy and Caddy with the documented configurations: only addresses, ports and paths are others."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from owui_testkit.certificates import ServerFiles

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = ROOT / "deploy" / "proxies"
GATEWAYS = ("10.0.0.11:8080", "10.0.0.12:8080")
CERTIFICATE, KEY = "/etc/ssl/open-webui/fullchain.pem", "/etc/ssl/open-webui/privkey.pem"
BOTH = "/etc/ssl/open-webui/fullchain-and-key.pem"
NAME = "chat.example.org"


@dataclass(frozen=True)
class Machine:
    """Where a proxy runs in the tests: a folder of its own, and what is really there."""

    folder: Path
    plain_port: int
    port: int
    gateways: Sequence[str]
    certificate: ServerFiles

    @property
    def spool(self) -> Path:
        """Where the proxy would put what it cannot keep in memory."""
        return self.folder / "spool"


class Kind(ABC):
    """A reverse proxy: the file that is documented, and how the program is started with it."""

    name: str
    file: str
    # How it marks what it does not like.
    complaint: str

    @abstractmethod
    def places(self, machine: Machine) -> dict[str, str]:
        """What is documented, and what stands there in the tests instead."""

    @abstractmethod
    def start(self, machine: Machine) -> list[str]:
        """The arguments that start it in the foreground."""

    @abstractmethod
    def check(self, machine: Machine) -> list[str]:
        """The arguments that make it check its configuration."""

    def write(self, machine: Machine) -> None:
        """Put the configuration into the machine's folder."""
        text = (DOCUMENTED / self.file).read_text(encoding="utf-8")
        for documented, here in self.places(machine).items():
            assert documented in text, f"deploy/proxies/{self.file} does not say {documented!r}"
            text = text.replace(documented, here)
        (machine.folder / self.file).write_text(text, encoding="utf-8")


class Nginx(Kind):
    """Its file is read inside `http {}` of the distribution's, which the tests have to replace."""

    name, file = "nginx", "nginx.conf"
    # Newer ones take `http2` in the old place with a warning.
    complaint = r"\[(warn|error|crit|alert|emerg)\](?!.*http2)"

    def places(self, machine: Machine) -> dict[str, str]:
        return {
            **dict(zip(GATEWAYS, machine.gateways, strict=True)),
            "listen 80;": f"listen 127.0.0.1:{machine.plain_port};",
            "listen [::]:80;": f"listen unix:{machine.folder}/80;",
            "listen 443 ": f"listen 127.0.0.1:{machine.port} ",
            "listen [::]:443 ": f"listen unix:{machine.folder}/443 ",
            NAME: "localhost",
            CERTIFICATE: str(machine.certificate.certificate),
            KEY: str(machine.certificate.key),
        }

    def start(self, machine: Machine) -> list[str]:
        return ["-e", "stderr", "-c", f"{machine.folder}/main.conf"]

    def check(self, machine: Machine) -> list[str]:
        return ["-t", *self.start(machine)]

    def write(self, machine: Machine) -> None:
        super().write(machine)
        user = "user root;\n" if os.geteuid() == 0 else ""
        spools = "\n".join(
            f"    {part}_temp_path {machine.spool}/{part};"
            for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (machine.folder / "main.conf").write_text(
            f"{user}pid {machine.folder}/pid;\ndaemon off;\nerror_log stderr info;\n"
            "events {}\n"
            f"http {{\n    access_log off;\n{spools}\n    include {machine.folder}/{self.file};\n}}\n",
            encoding="utf-8",
        )


class Haproxy(Kind):
    """Its file is read after the distribution's, which says where logs go."""

    name, file = "haproxy", "haproxy.cfg"
    complaint = r"\[(WARNING|ALERT)\]"

    def places(self, machine: Machine) -> dict[str, str]:
        both = machine.folder / "both.pem"
        both.write_bytes(machine.certificate.certificate.read_bytes() + machine.certificate.key.read_bytes())
        return {
            **dict(zip(GATEWAYS, machine.gateways, strict=True)),
            "bind :::80 v4v6": f"bind 127.0.0.1:{machine.plain_port}",
            "bind :::443 v4v6": f"bind 127.0.0.1:{machine.port}",
            BOTH: str(both),
        }

    def start(self, machine: Machine) -> list[str]:
        return ["-db", *self._files(machine)]

    def check(self, machine: Machine) -> list[str]:
        return ["-c", *self._files(machine)]

    def write(self, machine: Machine) -> None:
        super().write(machine)
        text = "global\n    log stdout format raw local0\n"
        (machine.folder / "main.cfg").write_text(text, encoding="utf-8")

    def _files(self, machine: Machine) -> list[str]:
        return ["-f", f"{machine.folder}/main.cfg", "-f", f"{machine.folder}/{self.file}"]


class Caddy(Kind):
    """Its file is all there is."""

    name, file = "caddy", "Caddyfile"
    complaint = r'"level":"(error|fatal)"|unrecognized|deprecated'

    def places(self, machine: Machine) -> dict[str, str]:
        return {
            **dict(zip(GATEWAYS, machine.gateways, strict=True)),
            "unix//run/caddy/admin.sock": f"unix/{machine.folder}/admin.sock",
            "http_port 80": f"http_port {machine.plain_port}",
            "https_port 443": f"https_port {machine.port}",
            NAME: "localhost",
            CERTIFICATE: str(machine.certificate.certificate),
            KEY: str(machine.certificate.key),
        }

    def start(self, machine: Machine) -> list[str]:
        return ["run", "--adapter", "caddyfile", "--config", f"{machine.folder}/{self.file}"]

    def check(self, machine: Machine) -> list[str]:
        return ["validate", *self.start(machine)[1:]]


KINDS: dict[str, Kind] = {kind.name: kind for kind in (Nginx(), Haproxy(), Caddy())}
