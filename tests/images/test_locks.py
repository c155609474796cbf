"""The locks of the images: parts of the platform's, what each service needs, and nothing open."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from image_locks import CUDA, EXTRAS, IMAGES, LOCKS, read_blocks, version_of
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def lock(name: str) -> dict[str, str]:
    return read_blocks((LOCKS / f"{name}.txt").read_text(encoding="utf-8"))


def names_here(blocks: dict[str, str]) -> set[str]:
    """Return the packages of a lock that this machine and this Python would install."""
    lines = [block.splitlines()[0].rstrip(" \\") for block in blocks.values()]
    wanted = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate()}


def closure(package: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Return all packages, ours left out, that an installed package needs here."""
    found: set[str] = set()
    waiting, seen = [(canonicalize_name(package), extras)], set()
    while waiting:
        name, chosen = waiting.pop()
        if (name, chosen) in seen:
            continue
        seen.add((name, chosen))
        if not name.startswith("owui-"):
            found.add(name)
        for text in requires(name) or []:
            wanted = Requirement(text)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": one}) for one in (*chosen, "")):
                waiting.append((canonicalize_name(wanted.name), frozenset(wanted.extras)))
    return found


def test_every_service_has_an_image(repository: Path) -> None:
    folders = {f"services/{path.parent.name}" for path in repository.glob("services/*/pyproject.toml")}
    assert folders == set(IMAGES.values())


@pytest.mark.parametrize("image", [image for image in IMAGES if image not in EXTRAS])
class TestLock:
    def test_is_a_part_of_the_lock_of_the_platform(self, image: str, repository: Path) -> None:
        whole = read_blocks((repository / "requirements.lock").read_text(encoding="utf-8")).values()
        assert set(lock(image).values()) <= set(whole), "stale; run: make image-locks"

    def test_names_exactly_what_the_service_needs(self, image: str) -> None:
        needed = closure(f"owui-{image}")
        assert names_here(lock(image)) == needed, "stale; run: make image-locks"


class TestLockOfTheImageWithTorch:
    def test_agrees_with_that_of_the_platform(self, repository: Path) -> None:
        whole = {}
        for block in read_blocks((repository / "requirements.lock").read_text(encoding="utf-8")).values():
            whole.setdefault(version_of(block).partition("==")[0], set()).add(version_of(block))
        for block in lock("rag-ml").values():
            name = version_of(block).partition("==")[0]
            assert version_of(block) in whole.get(name, {version_of(block)})

    def test_holds_the_image_without_torch(self) -> None:
        assert names_here(lock("rag")) <= names_here(lock("rag-ml"))

    def test_leaves_torch_to_a_lock_per_kind_of_machine(self) -> None:
        assert not [name for name in lock("rag-ml") if CUDA.match(name)]
        assert {"torch", "triton"} <= set(lock("torch-cuda"))
        assert set(lock("torch-cpu")) == {"torch"}
        assert "+cpu" in version_of(lock("torch-cpu")["torch"])


@pytest.mark.parametrize("path", sorted(LOCKS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_lock_pins_by_hash_and_names_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = read_blocks(text)
    assert blocks
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks.values())
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


@pytest.mark.parametrize("image", [image for image in IMAGES if image not in EXTRAS])
def test_no_torch_in_an_image_that_is_not_for_it(image: str) -> None:
    assert not [name for name in lock(image) if CUDA.match(name)]
