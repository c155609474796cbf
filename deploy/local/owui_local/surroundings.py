"""The environment of the services: what the person set, an optional .env file, and where the stores are."""

import os
from collections.abc import Mapping
from pathlib import Path

from owui_local.data_directory import DataDirectory
from owui_local.errors import LocalError
from owui_local.place import default_data, home_folder, web_folder
from owui_local.provision import SCHEMAS, database_url

REPOSITORY = Path(__file__).resolve().parents[3]  # for tools and tests: only a checkout has one
DEFAULT_PORT = 8080
DEFAULT_HOST = "127.0.0.1"  # the first account becomes administrator: nobody else may be quicker


def read_environment(environ: Mapping[str, str] = os.environ, folder: Path | None = None) -> dict[str, str]:
    """Return the environment, completed by `NAME=value` lines of .env (the environment wins).

    It lies in `folder`, by default that of the checkout or of the data; ENV_FILE names another file.
    """
    found: dict[str, str] = {}
    file = Path(environ.get("ENV_FILE") or (folder or home_folder(environ)) / ".env")
    # One in a home that we may not enter (that of another user) is not for us.
    if os.path.isfile(file):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            text = line.strip().removeprefix("export ")
            if not text or text.startswith("#"):
                continue
            name, equals, value = text.partition("=")
            if not equals or not name.strip().isidentifier():
                raise LocalError(f"{file}, line {number}: expected NAME=value")
            found[name.strip()] = unquote(value.strip())
    return {**found, **environ}


def unquote(value: str) -> str:
    """Remove one pair of quotes around a value."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def port_of(environ: Mapping[str, str]) -> int:
    """Return the port to serve on; raise LocalError when PORT is no port."""
    text = environ.get("PORT", "") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise LocalError(f"PORT={text} is not a port number (0 to 65535).")
    return int(text)


def data_path(environ: Mapping[str, str]) -> Path:
    """Return the data folder: DATA_DIR, or `data` in the checkout, or one in the person's home."""
    given = environ.get("DATA_DIR", "")
    return Path(given).expanduser() if given else default_data(environ)


def service_environment(environ: Mapping[str, str], data: DataDirectory, redis_url: str) -> dict[str, str]:
    """Return the services' environment: defaults of this edition, what the person set, our own stores."""
    web = web_folder()
    defaults = {
        "WEBUI_SECRET_KEY": data.secrets["WEBUI_SECRET_KEY"],
        "HOST": DEFAULT_HOST,
        "PORT": str(DEFAULT_PORT),
        "LOG_FORMAT": "text",
        "GLOBAL_LOG_LEVEL": "WARNING",
        # Nothing has to learn that this platform is stopping.
        "DRAIN_DELAY_SECONDS": "0",
        "DRAIN_SECONDS": "5",
        "WEB_FOLDER": str(web) if (web / "index.html").exists() else "",
    }
    stores = {"DATA_DIR": str(data.path), **dict.fromkeys(elsewhere(), ""), "REDIS_URL": redis_url}
    # The driver reads this one itself, and takes no empty word.
    stores["PGSSLMODE"] = "disable"
    # `python -m` would look for modules in the folder it is started in first, whatever lies there.
    stores["PYTHONSAFEPATH"] = "1"
    for schema in SCHEMAS:
        stores[f"{schema.upper()}_DATABASE_URL"] = database_url(str(data.sockets), schema)
    return {**defaults, **{name: value for name, value in environ.items() if value}, **stores}


def elsewhere() -> list[str]:
    """Return the variables that lead to stores of somebody else, or say how to get into them."""
    names = ["REDIS_URL", "REDIS_USERNAME", "REDIS_PASSWORD", "REDIS_SENTINEL_HOSTS", "REDIS_CLUSTER"]
    names += ["RAG_BROKER_URL", "CELERY_BROKER_URL", "DATABASE_URL", "DATABASE_HOST", "DATABASE_AUTH"]
    # Not PGSSLMODE: the driver reads it itself, and takes nothing for a wrong word.
    names += ["DATABASE_SSLMODE"]
    ways = ("DATABASE_USER", "DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE")
    prefixes = ("", *(f"{schema.upper()}_" for schema in SCHEMAS))
    return names + [f"{prefix}{way}" for prefix in prefixes for way in ways]


def ignored_variables(environ: Mapping[str, str]) -> list[str]:
    """Return variables that have no effect here because this edition brings its own stores."""
    return [name for name in elsewhere() if environ.get(name)]
