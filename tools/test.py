"""Run the test suites, each in a process of its own, and end with one line: N passed, N failed, N skipped."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from chromium import find_or_install
from node import node_environment, npm_command
from owui_testkit.stores import postgres_server
from progress import BUILD, ROOT, StepError, guard, say

from web import WEB, install_modules

RESULTS = BUILD / "test"
SUITE_SECONDS = 1200  # a suite that takes longer hangs
PARALLEL = 2


@dataclass
class Suite:
    """Folders of tests and how they are run."""

    name: str
    folders: str  # with spaces between them
    options: list[str] = field(default_factory=list)
    together: bool = True  # may run beside another suite
    browser: bool = False


@dataclass
class Outcome:
    """What came of a suite."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    output: str = ""
    crashed: bool = False

    @property
    def good(self) -> bool:
        """Whether everything that ran passed."""
        return not self.crashed and self.failed == 0


# Of those that run side by side the longest come first, so that both lanes end together.
SUITES = [
    Suite("rag", "services/rag/tests/rpc services/rag/tests/unit"),
    Suite("rag-stores", "services/rag/tests/stores"),
    Suite("chart", "tests/chart"),
    Suite("terraform", "tests/terraform"),
    Suite("web", "web"),
    Suite("docs", "tests/docs"),
    Suite("chassis", "libs/chassis/tests"),
    Suite("testkit", "libs/testkit/tests"),
    Suite("auth", "services/auth/tests"),
    Suite("chat", "services/chat/tests"),
    Suite("model-proxy", "services/model-proxy/tests"),
    Suite("gateway", "services/gateway/tests"),
    Suite("sync", "clients/sync/tests"),
    Suite("bench", "bench/tests"),
    Suite("local", "deploy/local/tests", together=False),
    Suite("integration", "tests/integration", together=False),
    Suite("proxies", "tests/proxies", together=False),
    Suite("security", "tests/security", together=False),
    Suite("images", "tests/images", together=False),
    Suite("rolling", "tests/rolling", together=False),
    Suite("e2e", "tests/e2e", together=False, browser=True),
]


def run_suite(suite: Suite, environment: Mapping[str, str]) -> Outcome:
    """Run one suite and read its counts."""
    say(f"{suite.name} …")
    started = time.monotonic()
    report = RESULTS / f"{suite.name}.xml"
    report.unlink(missing_ok=True)
    outcome = Outcome(suite.name)
    if suite.name == "web":
        commands = [
            [*npm_command(), "run", "--silent", "check"],
            [
                *npm_command(),
                "test",
                "--",
                "--reporter=default",
                "--reporter=junit",
                f"--outputFile.junit={report}",
            ],
        ]
        folder = WEB
    else:
        pytest = [sys.executable, "-m", "pytest", *suite.folders.split(), "-q", f"--junit-xml={report}"]
        commands, folder = [[*pytest, "-o", "faulthandler_timeout=300", *suite.options]], ROOT
    for command in commands:
        outcome.output += execute(command, folder, environment, outcome)
    count(report, outcome)
    outcome.seconds = time.monotonic() - started
    (RESULTS / f"{suite.name}.log").write_text(outcome.output, encoding="utf-8")
    say(f"{suite.name}: {'ok' if outcome.good else 'FAILED'} after {outcome.seconds:.0f} s")
    return outcome


def execute(command: list[str], folder: Path, environment: Mapping[str, str], outcome: Outcome) -> str:
    """Run one program of a suite; note when it fails for another reason than a failed test."""
    try:
        found = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SUITE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        outcome.crashed = True
        return (error.stdout or b"").decode(errors="replace") + f"\nstopped after {SUITE_SECONDS} s\n"
    outcome.crashed |= found.returncode != 0
    return found.stdout.decode(errors="replace")


def count(report: Path, outcome: Outcome) -> None:
    """Add up a JUnit report; a suite without one, or without a test, has failed."""
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - we wrote it
            if case.find("failure") is not None or case.find("error") is not None:
                outcome.failed += 1
            elif case.find("skipped") is not None:
                outcome.skipped += 1
            else:
                outcome.passed += 1
    if outcome.passed + outcome.failed + outcome.skipped == 0:
        outcome.crashed = True
    if outcome.crashed and outcome.failed == 0:
        outcome.failed = 1


def prepare(chosen: list[Suite]) -> dict[str, str]:
    """Get what the suites need besides Python; return their environment."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if any(suite.name == "web" for suite in chosen):
        environment |= node_environment()
        install_modules()
    if any(suite.browser for suite in chosen):
        environment["CHROMIUM"] = find_or_install()
    return environment


def run_all(chosen: list[Suite], environment: dict[str, str]) -> list[Outcome]:
    """Run what may run side by side two at a time, then the rest one after another."""
    with postgres_server() as address:
        environment["TEST_POSTGRES_URL"] = address
        with ThreadPoolExecutor(PARALLEL) as pool:
            together = [suite for suite in chosen if suite.together]
            outcomes = list(pool.map(lambda suite: run_suite(suite, environment), together))
    del environment["TEST_POSTGRES_URL"]
    return outcomes + [run_suite(suite, environment) for suite in chosen if not suite.together]


def show(outcomes: list[Outcome]) -> bool:
    """Print the output of what failed, the table and the closing line; say whether all is well."""
    for outcome in outcomes:
        if not outcome.good:
            print(f"\n══ {outcome.name} ══\n{outcome.output}")
    print(f"\n{'suite':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for one in outcomes:
        print(f"{one.name:<14}{one.passed:>8}{one.failed:>8}{one.skipped:>9}{one.seconds:>9.0f}")
    passed, failed, skipped = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")
    )
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return all(outcome.good for outcome in outcomes)


def main() -> None:
    """Run the suites named on the command line, or all."""
    names = sys.argv[1:]
    unknown = set(names) - {suite.name for suite in SUITES}
    if unknown:
        raise StepError(
            f"no such suite: {', '.join(sorted(unknown))} (there are: {', '.join(s.name for s in SUITES)})"
        )
    chosen = [suite for suite in SUITES if not names or suite.name in names]
    RESULTS.mkdir(parents=True, exist_ok=True)
    if not show(run_all(chosen, prepare(chosen))):
        sys.exit(1)


if __name__ == "__main__":
    guard(main)
