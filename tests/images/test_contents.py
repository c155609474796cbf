"""What stands in each image after the commands of its build: what it needs, no more, and a list of it."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from image_installs import MEGABYTE, clean_environment, size_of
from image_locks import LOCKS, read_blocks

# Megabytes an image may have beyond its base. That of rag holds an embedding model.
LIMITS = {"gateway": 200, "rag": 400}
USUAL_LIMIT = 200
# Libraries that python:3.11-slim has: the C and C++ run-time, and what the interpreter itself is linked to.
SYSTEM = re.compile(
    r"^(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+|z|resolv)\.so|libpython3)"
)


@pytest.fixture(scope="session")
def files(image: str, installed: Callable[[str], Path]) -> Path:
    return installed(image)


@pytest.fixture(scope="session")
def packages(files: Path) -> Path:
    return next(files.glob("lib/python3.*/site-packages"))


def distributions(packages: Path) -> dict[str, str]:
    found = [Distribution.at(path) for path in packages.glob("*.dist-info")]
    return {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(): one.version for one in found}


class TestSize:
    def test_stays_within_the_limit(self, image: str, files: Path) -> None:
        size = size_of(image, files)
        assert size.total <= LIMITS.get(image, USUAL_LIMIT) * MEGABYTE, size.heaviest


class TestPackages:
    def test_are_those_of_the_lock_and_our_own(self, image: str, packages: Path) -> None:
        blocks = read_blocks((LOCKS / f"{image}.txt").read_text(encoding="utf-8")).values()
        locked = {re.sub(r"[-_.]+", "-", block.split("==")[0]).lower(): block for block in blocks}
        found = distributions(packages)
        own = {"owui-chassis", "owui-contracts", f"owui-{image}"}
        assert found.keys() - locked.keys() == own
        assert {f"{name}=={version}" for name, version in found.items() if name not in own} <= {
            re.sub(r"[-_.]+", "-", text.split("==")[0]).lower() + "==" + text.split("==")[1].split()[0]
            for text in blocks
        }

    def test_hold_no_tests_no_sources_of_modules_and_no_commands(self, files: Path, packages: Path) -> None:
        assert not [path for path in packages.rglob("*") if path.is_dir() and path.name in {"tests", "test"}]
        assert not [
            path for path in packages.rglob("*") if path.suffix in {".c", ".cpp", ".h", ".pyx", ".a", ".pyi"}
        ]
        assert {path.name for path in (files / "bin").iterdir()} == {"python", "python3", "python3.11"}

    def test_bring_no_installer_and_no_compiler(self, files: Path, packages: Path) -> None:
        assert not distributions(packages).keys() & {
            "pip",
            "setuptools",
            "wheel",
            "cython",
            "torch",
            "grpcio-tools",
        }
        names = {path.name for path in files.rglob("*") if os.access(path, os.X_OK) and path.is_file()}
        assert not names & {"cc", "gcc", "g++", "clang", "ld", "make", "rustc", "cargo", "pip", "uv"}

    def test_are_compiled_once_and_for_good(self, packages: Path) -> None:
        for source in (packages / "owui_chassis").rglob("*.py"):
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc"
            # Bit 0: checked by a hash and not by time; bit 1 off: not looked at again.
            assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 0b01, source
        strange = [path for path in packages.rglob("*.pyc") if not path.name.endswith(".cpython-311.pyc")]
        assert not strange
        left = [
            p
            for p in packages.rglob("__pycache__/*.pyc")
            if not (p.parents[1] / f"{p.stem[:-12]}.py").exists()
        ]
        assert not left

    def test_need_no_library_that_the_base_image_lacks(self, files: Path, packages: Path) -> None:
        libraries = [path for path in packages.rglob("*") if re.search(r"\.so(\.\d+)*$", path.name)]
        assert libraries
        output = subprocess.run(
            ["ldd", *map(str, libraries)], capture_output=True, text=True, check=False
        ).stdout
        assert "not found" not in output
        found = {tuple(line.split(" (")[0].split(" => ")) for line in output.splitlines() if " => /" in line}
        foreign = {name.strip() for name, path in found if str(files) not in os.path.realpath(path)}
        assert not {name for name in foreign if not SYSTEM.match(name)}

    def test_tell_nothing_of_the_machine_that_built_them(self, packages: Path, repository: Path) -> None:
        assert not list(packages.glob("*/direct_url.json"))
        for path in (packages / "owui_chassis").rglob("*.pyc"):
            assert str(repository).encode() not in path.read_bytes()


class TestBillOfMaterials:
    def test_lists_every_package_with_its_version(self, files: Path, packages: Path) -> None:
        bill = json.loads((files / "share" / "sbom" / "python.cdx.json").read_text(encoding="utf-8"))
        assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
        listed = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in bill["components"]}
        assert listed == distributions(packages)

    def test_is_the_same_when_it_is_made_again(self, image: str, files: Path, workplace: Path) -> None:
        if image != "auth":
            return
        path = files / "share" / "sbom" / "python.cdx.json"
        before = path.read_bytes()
        script = str(Path(__file__).parents[2] / "deploy" / "docker" / "install.sh")
        subprocess.run([script, "bill", image, str(files)], env=clean_environment(), check=True)
        assert path.read_bytes() == before
        assert str(workplace).encode() not in before


class TestAmazon:
    def test_what_is_called_there_is_still_described(self, installed: Callable[[str], Path]) -> None:
        code = (
            "import boto3; session = boto3.session.Session('k', 's', region_name='eu-central-1')\n"
            "[session.client(name) for name in ('s3', 'sts', 'sso', 'sso-oidc')]\n"
            "import owui_rag.main, owui_rag.worker, onnxruntime"
        )
        python = installed("rag") / "bin" / "python"
        subprocess.run([str(python), "-c", code], env={"HOME": "/nonexistent"}, check=True)
