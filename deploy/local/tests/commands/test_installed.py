"""The command `owui` outside of a checkout, from the wheel: with the web UI, its data at home."""

import http.client
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from owui_local.stack import Stack
from owui_local.surroundings import REPOSITORY

ACCOUNT = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}
PAGE = "<!doctype html><title>The page of the wheel</title>"
SCRIPT = """import sys
from {module} import {function}
sys.exit({function}())
"""


@dataclass(frozen=True)
class Installation:
    """An unpacked wheel before everything else on the path, and its command as installers write it."""

    packages: Path
    command: list[str]
    environment: dict[str, str]  # complete but for what Stack hands down


def build_wheel(source: Path, target: Path) -> Path:
    """Build with the uv that made this environment; its own build backend needs no network."""
    local = REPOSITORY / "build" / "uv" / "bin" / "uv"
    uv = str(local) if local.exists() else shutil.which("uv")
    if uv is None:
        pytest.fail("uv, which `make setup` installs, is missing", pytrace=False)
    command = [uv, "build", "--wheel", "--offline", "--no-config", f"--python={sys.executable}"]
    command += ["--out-dir", str(target), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    [wheel] = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The package with a web UI of one page, built, unpacked, and with its command."""
    folder = tmp_path_factory.mktemp("installed")
    source, packages, program = folder / "source", folder / "lib", folder / "bin" / "owui"
    ours = REPOSITORY / "deploy" / "local"
    shutil.copytree(
        ours / "owui_local", source / "owui_local", ignore=shutil.ignore_patterns("web", "__pycache__")
    )
    shutil.copyfile(ours / "pyproject.toml", source / "pyproject.toml")
    (source / "owui_local" / "web").mkdir()
    (source / "owui_local" / "web" / "index.html").write_text(PAGE, encoding="utf-8")
    with zipfile.ZipFile(build_wheel(source, folder / "wheel")) as wheel:
        wheel.extractall(packages)
    [distribution] = metadata.distributions(path=[str(packages)])
    [entry] = distribution.entry_points.select(group="console_scripts", name="owui")
    program.parent.mkdir()
    program.write_text(SCRIPT.format(module=entry.module, function=entry.attr), encoding="utf-8")
    environment = {
        "PYTHONPATH": str(packages),
        "XDG_DATA_HOME": str(folder / "share"),
        # Nothing but the default.
        "DATA_DIR": "",
        "ENV_FILE": "",
    }
    return Installation(packages, [sys.executable, str(program)], environment)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to start in, with files that must not be taken for modules."""
    for name in ("logging.py", "json.py", "asyncio.py"):
        (tmp_path / name).write_text(
            "raise SystemExit('imported from where it was started')", encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(stack: Stack, method: str, path: str, body: object = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(stack.base_url.removeprefix("http://"), timeout=120)
    try:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.mark.usefixtures("elsewhere")
def test_data_and_settings_lie_at_home_and_the_web_ui_in_the_package(installed: Installation) -> None:
    data = Path(installed.environment["XDG_DATA_HOME"]) / "owui"
    data.mkdir(parents=True)
    (data / ".env").write_text("WEBUI_NAME=From the file at home\n", encoding="utf-8")
    before = contents(installed.packages)
    with Stack(data_dir=data, environment=installed.environment, command=installed.command) as stack:
        assert ask(stack, "GET", "/") == (200, PAGE)
        assert "From the file at home" in ask(stack, "GET", "/api/config")[1]
        assert ask(stack, "POST", "/api/v1/auths/signup", ACCOUNT)[0] == 200
        assert stack.stop() == 0
    assert (data / "postgres" / "PG_VERSION").exists()
    assert contents(installed.packages) == before


def contents(folder: Path) -> list[Path]:
    """Return all files but byte code."""
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
