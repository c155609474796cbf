"""Container images of the platform: build, push, lock, sizes. `python tools/images.py build [IMAGE …]`.

REGISTRY=registry.example.org/team puts the images there; ENGINE names docker or podman; TAG is the version.
PYTHON_IMAGE, PYTHON_DIGEST, NODE_IMAGE, NODE_DIGEST, PIP_INDEX_URL, UV_DEFAULT_INDEX, SOURCE, TORCH and
TORCH_INDEX go to the build (deploy/docker/Dockerfile explains them).
"""

import argparse
import datetime
import os
import shutil
import subprocess
import tomllib
from collections.abc import Mapping

from image_installs import measure, show
from image_locks import IMAGES, lock
from progress import ROOT, StepError, guard, run, say

DOCKERFILE = "deploy/docker/Dockerfile"
# Built unless others are named; the one with torch is large and optional.
USUAL = [image for image in IMAGES if image != "rag-ml"]
PASSED_ON = (
    "PYTHON_IMAGE", "PYTHON_DIGEST", "NODE_IMAGE", "NODE_DIGEST", "PIP_INDEX_URL", "UV_DEFAULT_INDEX",
    "SOURCE", "TORCH", "TORCH_INDEX",
)  # fmt: skip


def version() -> str:
    """Return the version of the platform."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def revision() -> str:
    """Return the commit that is built, or nothing outside a checkout."""
    try:
        command = ["git", "rev-parse", "HEAD"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def engine(environ: Mapping[str, str]) -> str:
    """Return the program that builds images; raise StepError when there is none or it does not work."""
    wanted = environ.get("ENGINE", "")
    found = next((name for name in ([wanted] if wanted else ["docker", "podman"]) if shutil.which(name)), "")
    if not found:
        raise StepError(f"{wanted or 'docker or podman'} is needed to build images, and is not installed.")
    answer = subprocess.run([found, "info"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StepError(f"{found} is installed but does not work: {reason}")
    return found


def name_of(image: str, environ: Mapping[str, str]) -> str:
    """Return the whole name of an image."""
    place = environ.get("REGISTRY", "").rstrip("/")
    repository = environ.get("REPOSITORY") or "owui"
    tag = environ.get("TAG") or version()
    return "/".join(filter(None, [place, repository, f"{image}:{tag}"]))


def build_command(image: str, environ: Mapping[str, str], created: str) -> list[str]:
    """Return the arguments of the engine that build an image."""
    values = {"SERVICE": image, "VERSION": environ.get("TAG") or version(), "REVISION": revision()}
    values |= {"CREATED": created} | {name: environ[name] for name in PASSED_ON if environ.get(name)}
    options = [part for name, value in values.items() for part in ("--build-arg", f"{name}={value}")]
    return ["build", "-f", DOCKERFILE, "--target", image, *options, "-t", name_of(image, environ), "."]


def build(images: list[str], environ: Mapping[str, str]) -> None:
    """Build images, one after another: they share their first layers."""
    program = engine(environ)
    created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    for image in images or USUAL:
        command = [program, *build_command(image, environ, created)]
        run(f"Building {name_of(image, environ)}", command, environment={"DOCKER_BUILDKIT": "1"})


def push(images: list[str], environ: Mapping[str, str]) -> None:
    """Push images to REGISTRY."""
    if not environ.get("REGISTRY"):
        raise StepError(
            "REGISTRY is not set: it names where the images go, such as registry.example.org/team"
        )
    program = engine(environ)
    for image in images or USUAL:
        run(f"Pushing {name_of(image, environ)}", [program, "push", name_of(image, environ)])


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["build", "push", "lock", "sizes"])
    parser.add_argument("images", nargs="*", metavar="IMAGE", help=", ".join(IMAGES))
    options = parser.parse_args()
    if unknown := set(options.images) - IMAGES.keys():
        raise StepError(f"no such image: {', '.join(sorted(unknown))} (there are: {', '.join(IMAGES)})")
    if options.step == "build":
        build(options.images, os.environ)
    elif options.step == "push":
        push(options.images, os.environ)
    elif options.step == "lock":
        lock(options.images)
    else:
        say("Installing what stands in each image …")
        print(show(measure(options.images or USUAL)))


if __name__ == "__main__":
    guard(main)
