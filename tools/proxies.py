"""Find nginx, HAProxy and Caddy for the tests of the reverse proxies, or unpack Debian's into build/tools.

`python tools/proxies.py nginx haproxy caddy` prints how they are started, as JSON. Nothing is installed.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from progress import BUILD, StepError, guard, run

HOME = BUILD / "tools" / "proxies"
# The machine's own lists of packages may be missing or old, and only root may renew them: these are ours.
LISTS = HOME / "lists"
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
# A library of C goes with its loader: a foreign one would run no program.
NEVER = ("libc6", "libgcc-s1", "libc-bin")
ROUNDS = 6  # libraries that need libraries
# As root, apt would fetch as an account that cannot write to our folder.
UNTROUBLED = ("-o", "APT::Sandbox::User=root") if os.geteuid() == 0 else ()


@dataclass(frozen=True)
class Program:
    """A reverse proxy: its package in Debian and how it tells that it runs."""

    name: str
    proof: str

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return HOME / self.name

    @property
    def launcher(self) -> Path:
        """What starts the unpacked one with its libraries."""
        return self.folder / "start"


PROGRAMS = {
    program.name: program
    for program in (Program("nginx", "-v"), Program("haproxy", "-v"), Program("caddy", "version"))
}


def locate(name: str) -> str:
    """Return the path of a proxy that has been seen to run: the one named, the machine's, or Debian's."""
    program = PROGRAMS.get(name)
    if program is None:
        raise StepError(f"no such proxy: {name} (there are: {', '.join(PROGRAMS)})")
    remedy = f"Install one (Debian: apt-get install {name}) or name it: {name.upper()}=/path/to/{name}"
    if named := os.environ.get(name.upper()):
        if runs(named, program):
            return named
        raise StepError(f"{name.upper()}={named} does not run here. {remedy}")
    path = os.pathsep.join((os.environ.get("PATH", ""), *SYSTEM_FOLDERS))
    with alone():
        for found in (shutil.which(name, path=path), str(program.launcher)):
            if found and runs(found, program):
                return found
        try:
            unpack(program)
        except StepError as error:
            raise StepError(f"{name} could not be had: {error}\n{remedy}") from error
    if not runs(str(program.launcher), program):
        raise StepError(f"Debian's {name} does not run on this machine. {remedy}")
    return str(program.launcher)


def runs(path: str, program: Program) -> bool:
    """Say whether a program starts."""
    try:
        return subprocess.run([path, program.proof], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def alone() -> Iterator[None]:
    """Keep two suites that start at the same time from unpacking into one folder."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def unpack(program: Program) -> None:
    """Unpack Debian's package beside the libraries that this machine lacks, and write the launcher."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise StepError("this machine is no Debian, from which it could be taken.")
    shutil.rmtree(program.folder, ignore_errors=True)
    program.folder.mkdir(parents=True)
    files, known = program.folder / "files", {program.name}
    needed = add_packages([program.name], program.folder)
    binary = next(file for file in files.glob(f"usr/*bin/{program.name}") if file.is_file())
    for _ in range(ROUNDS):
        wanted = sorted(name for name in needed - known if is_library(name) and not is_installed(name))
        if not wanted or not lacks(binary, library_folders(files)):
            break
        known.update(wanted)
        needed |= add_packages(wanted, program.folder)
    libraries = ":".join(f"$here/{one.relative_to(program.folder)}" for one in library_folders(files))
    lines = ["#!/bin/sh", 'here="$(dirname "$(readlink -f "$0")")"']
    lines += [f'export LD_LIBRARY_PATH="{libraries}"'] if libraries else []
    lines += [f'exec "$here/{binary.relative_to(program.folder)}" "$@"', ""]
    program.launcher.write_text("\n".join(lines), encoding="utf-8")
    program.launcher.chmod(0o755)


def library_folders(files: Path) -> list[Path]:
    """Return the folders with libraries among what was unpacked."""
    return sorted(
        {file.parent for file in files.glob("**/lib/*-linux-gnu*/lib*.so*") if "share" not in file.parts}
    )


def is_library(package: str) -> bool:
    """Say whether a package is one of the libraries that may be brought along."""
    return package.startswith(("lib", "zlib")) and package not in NEVER


def is_installed(package: str) -> bool:
    """Say whether the machine has a package."""
    asked = ["dpkg-query", "-W", "-f", "${Status}", package]
    return "ok installed" in subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def lacks(binary: Path, libraries: list[Path]) -> bool:
    """Say whether the loader misses a library of the program."""
    surroundings = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, libraries))}
    found = subprocess.run(
        ["ldd", str(binary)], env=surroundings, capture_output=True, text=True, check=False
    )
    return "not found" in found.stdout


def add_packages(names: list[str], folder: Path) -> set[str]:
    """Fetch packages, unpack them into `files`, and return the names of those that they need."""
    needed: set[str] = set()
    for archive in fetch(names, folder):
        run(f"Unpacking {archive.name}", ["dpkg-deb", "-x", str(archive), str(folder / "files")])
        fields = ["dpkg-deb", "-f", str(archive), "Depends"]
        depends = subprocess.run(fields, capture_output=True, text=True, check=True).stdout
        # "a (>= 1) | b, c:any": the first of several that would do.
        needed |= {re.split(r"[\s(|:]", one.strip(), maxsplit=1)[0] for one in depends.split(",")}
        archive.unlink()
    return needed


def fetch(names: list[str], folder: Path) -> list[Path]:
    """Return the archives of packages, whose signed checksums apt has verified."""
    try:
        download(names, folder, [])
    except StepError:
        download(names, folder, fresh_lists())
    return sorted(folder.glob("*.deb"))


def download(names: list[str], folder: Path, options: list[str]) -> None:
    """Let apt fetch packages into the folder."""
    title = f"Fetching {' '.join(names)} from Debian"
    run(title, ["apt-get", "-q", *UNTROUBLED, *options, "download", *names], folder=folder)


@cache
def fresh_lists() -> list[str]:
    """Fetch the lists of packages into a folder of ours; return the options by which apt uses them."""
    for path in ("state/lists/partial", "cache/archives/partial"):
        (LISTS / path).mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State={LISTS / 'state'}", "-o", f"Dir::Cache={LISTS / 'cache'}"]
    options += ["-o", "Dir::State::status=/var/lib/dpkg/status"]
    run(
        "Reading the lists of Debian packages",
        ["apt-get", "-q", *UNTROUBLED, *options, "update"],
        hint="Is a Debian mirror reachable from here?",
    )
    return options


def main() -> None:
    """Print where the proxies are."""
    print(json.dumps({name: locate(name) for name in sys.argv[1:] or PROGRAMS}))


if __name__ == "__main__":
    guard(main)
