"""`make web` never takes away the build that a running server shows before there is a new one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from owui_local.surroundings import REPOSITORY

NODE = """#!/bin/sh
echo v22.0.0
"""
# Writes down what is served during the build, then builds what `source` says, or fails half-way.
NPM = """#!/bin/sh
[ "$1" = ci ] && exec mkdir -p node_modules
ls build > ../seen 2> /dev/null
mkdir -p "$BUILD_FOLDER"
cp source "$BUILD_FOLDER/$(cat source).js"
[ "$(cat source)" = broken ] && echo "no such component" && exit 1
cp source "$BUILD_FOLDER/index.html"
"""


class Checkout:
    """A repository with the real tool and a web UI whose build is a shell script."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.web = folder, folder / "web"
        shutil.copytree(REPOSITORY / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        self.web.mkdir()
        for name in ("package.json", "package-lock.json"):
            (self.web / name).write_text("{}", encoding="utf-8")
        for name, script in (("node", NODE), ("npm", NPM)):
            program = folder / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(script, encoding="utf-8")
            program.chmod(0o755)

    def make(self, source: str) -> subprocess.CompletedProcess[str]:
        """Run `make web` after the sources have changed to this."""
        (self.web / "source").write_text(source, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "tools/web.py"],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def packaged(self) -> Path:
        """Where an installation takes the web UI from."""
        return self.folder / "deploy" / "local" / "owui_local" / "web"

    @property
    def served(self) -> list[str]:
        """What a server finds."""
        return sorted(path.name for path in (self.web / "build").iterdir())


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "a folder")


class TestBuild:
    def test_the_last_build_stands_until_the_new_one_takes_its_place(self, checkout: Checkout) -> None:
        assert checkout.make("first").returncode == 0
        assert checkout.served == ["first.js", "index.html"]
        assert checkout.make("second").returncode == 0
        assert (checkout.folder / "seen").read_text(encoding="utf-8").split() == ["first.js", "index.html"]
        assert checkout.served == ["index.html", "second.js"]

    def test_a_build_that_fails_leaves_the_last_good_one(self, checkout: Checkout) -> None:
        checkout.make("first")
        failed = checkout.make("broken")
        assert failed.returncode == 1
        assert "no such component" in failed.stderr
        assert checkout.served == ["first.js", "index.html"]
        assert checkout.make("third").returncode == 0
        assert checkout.served == ["index.html", "third.js"]

    def test_nothing_is_built_when_nothing_has_changed(self, checkout: Checkout) -> None:
        checkout.make("first")
        (checkout.web / "build" / "first.js").unlink()
        assert checkout.make("first").returncode == 0
        assert checkout.served == ["index.html"]


class TestPackage:
    def test_it_carries_the_last_good_build_and_nothing_of_those_before(self, checkout: Checkout) -> None:
        for source in ("first", "second", "broken"):
            checkout.make(source)
        assert sorted(path.name for path in checkout.packaged.iterdir()) == ["index.html", "second.js"]

    def test_what_was_taken_from_it_comes_back(self, checkout: Checkout) -> None:
        checkout.make("first")
        shutil.rmtree(checkout.packaged)
        assert checkout.make("first").returncode == 0
        assert (checkout.packaged / "index.html").read_text(encoding="utf-8") == "first"
