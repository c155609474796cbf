"""Generate docs/configuration.md from the declared settings; with `--check`, fail when it is stale."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from owui_auth.settings import AuthSettings
from owui_chassis.provision import ProvisionSettings
from owui_chassis.settings import ServiceSettings, Setting, Settings
from owui_chat.settings import ChatSettings
from owui_gateway.settings import GatewaySettings
from owui_model_proxy.settings import ModelProxySettings
from owui_rag.settings import RagSettings

TARGET = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_LONGEST_DEFAULT = 60
_INTRODUCTION = """# Settings

Every environment variable that the platform reads, by the service that owns it. This page is generated
from the declarations in the code (`make docs`).

- Of several names the first that is set wins. A variable that is set to nothing counts as not set.
- Only the text `true` (in any case) switches something on.
- Durations look like `90s`, `30m`, `12h`, `4w`; `-1` means without end.
- *Live* settings can be changed by an administrator while the platform runs. The changed value is kept in the
  database and from then on wins over the environment.
- `make up` and `make dev` set the addresses and secrets that are needed between the services themselves.
"""
_LOCAL = """
## Local edition

Read by `make up`, `make dev` and the command `owui` from the environment, the command line of make
(`make up PORT=8181`) or a file `.env`.

| variable | default | meaning |
|---|---|---|
| `PORT` | `8080` | Port of the web interface and the API. |
| `HOST` | `127.0.0.1` | Address on which they answer; `0.0.0.0` lets other machines in. |
| `DATA_DIR` | `data`, for `owui` `~/.local/share/owui` | All that is kept: databases, secrets, logs. |
| `DEMO_MODEL` | on | `off` leaves the demonstration model out. |
| `ENV_FILE` | `.env` | File of more settings, in the repository or, for `owui`, in its default data folder. |
"""
_PROVISION = """
`python -m owui_chassis.provision` creates the database, its extensions, and for each schema its role. It
signs in as an administrator with the variables of Postgres above, here beginning with `PROVISION_`, and reads
each role and its password from those of the service.
"""


def shown(value: Any, separator: str) -> str:
    """Return a default as one would write it in the environment, the parts of a list with `separator`."""
    if value is None or value in ("", (), []):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0 or size == 1)
        return f"`{seconds / size:g}{unit}`"
    if isinstance(value, tuple | list):
        return f"`{separator.join(map(str, value))}`"
    text = str(value).replace("\n", " ").replace("|", "\\|")
    return f"`{text}`" if len(text) <= _LONGEST_DEFAULT else "(a text of its own)"


def row(setting: Setting) -> str:
    """Return the line of one setting."""
    names = " or ".join(f"`{name}`" for name in setting.names)
    default = "**required**" if setting.required else shown(setting.default, setting.separator)
    marks = [mark for mark, given in (("live", setting.persistent), ("secret", setting.secret)) if given]
    meaning = setting.doc.replace("|", "\\|")
    return f"| {names} | {default} | {', '.join(marks)} | {meaning} |"


def section(title: str, declared: dict[str, Setting]) -> str:
    """Return the table of one service."""
    lines = [f"\n## {title}\n", "| variable | default | | meaning |", "|---|---|---|---|"]
    return "\n".join([*lines, *(row(setting) for setting in declared.values())]) + "\n"


def declared_as(name: str) -> tuple[str, ...]:
    """Return the names of a common setting before the prefix of a service is put in."""
    found = next(vars(base)[name] for base in ServiceSettings.__mro__ if name in vars(base))
    names: tuple[str, ...] = found.names
    return names


def own(settings: type[Settings]) -> dict[str, Setting]:
    """Return what a service declares beyond what every service reads."""
    return {name: one for name, one in settings.declared.items() if name not in ServiceSettings.declared}


def document() -> str:
    """Return the whole page."""
    common = {
        name: Setting(
            tuple(variable.replace("{prefix}", "<SERVICE>_") for variable in declared_as(name)),
            one.default, one.doc, one.persistent, one.secret, one.separator, one.attribute, one.type,
        )
        for name, one in ServiceSettings.declared.items()
    }  # fmt: skip
    services = {"Gateway": GatewaySettings, "Auth": AuthSettings, "Chat": ChatSettings}
    parts = [_INTRODUCTION, _LOCAL, section("Every service", common)]
    parts += [section(title, own(settings)) for title, settings in services.items()]
    parts += [section("Model proxy", own(ModelProxySettings)), section("Rag", own(RagSettings))]
    parts += [section("Making the database ready", own(ProvisionSettings)), _PROVISION]
    return "".join(parts)


def main() -> int:
    """Write the page, or compare it."""
    page = document()
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page:
            sys.stderr.write("docs/configuration.md is stale; run: make docs\n")
            return 1
        return 0
    TARGET.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
