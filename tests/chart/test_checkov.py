"""Checkov's rules for manifests, images and Terraform hold; each exception has a reason and is needed."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Locate
from .helm import CASES, ROOT, Helm

EXCEPTIONS = Path(__file__).with_name("checkov_exceptions.yaml")
DOCKER, TERRAFORM = ROOT / "deploy" / "docker", ROOT / "deploy" / "terraform"


@dataclass(frozen=True)
class Finding:
    """A rule that something breaks."""

    rule: str
    where: str  # kubernetes/Deployment.name, dockerfile/Dockerfile.USER, terraform/module.x.aws_thing.name
    title: str

    def __str__(self) -> str:
        return f"{self.rule} {self.where}: {self.title}"


@dataclass(frozen=True)
class Exemption:
    """A rule that is broken on purpose."""

    rule: str
    where: str  # a pattern as in a shell
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Say whether it is about this finding."""
        return finding.rule == self.rule and fnmatch(finding.where, self.where)


@dataclass(frozen=True)
class Audit:
    """What checkov found, and how much it looked at."""

    findings: set[Finding]
    passed: dict[str, int]
    skipped: dict[str, str]  # findings that a comment in the file explains, and the comment


def exemptions() -> list[Exemption]:
    """Return the exceptions that are written down."""
    return [Exemption(**one) for one in yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def audit(helm: Helm, tool: Locate, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Run checkov once over all installations, images and Terraform."""
    folder = tmp_path_factory.mktemp("checkov")
    seen: set[str] = set()
    for path in CASES:
        texts = [json.dumps(one.body) for one in helm.render(path.stem)]
        new = [text for text in texts if text not in seen]  # most objects are the same in all installations
        seen.update(new)
        (folder / f"{path.stem}.yaml").write_text("\n---\n".join(new), encoding="utf-8")
    wanted = ["--framework", "kubernetes", "dockerfile", "terraform"]
    places = [part for one in (folder, DOCKER, TERRAFORM) if one.exists() for part in ("-d", str(one))]
    quietly = ["--skip-download", "--download-external-modules", "false", "--compact", "-o", "json"]
    surroundings = {**os.environ, "LOG_LEVEL": "ERROR"}
    command = [*tool("checkov"), *places, *wanted, *quietly]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode in {0, 1}, done.stderr
    return read(done.stdout)


def reports(text: str) -> Iterator[dict[str, Any]]:
    """Give the reports that checkov prints, one JSON text after another, per folder and per kind."""
    decoder, rest = json.JSONDecoder(), text.lstrip()
    while rest:
        loaded, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
        yield from loaded if isinstance(loaded, list) else [loaded]


def read(text: str) -> Audit:
    """Read what checkov prints."""
    findings, passed, skipped = set(), dict[str, int](), dict[str, str]()
    for report in (one for one in reports(text) if "check_type" in one):
        kind, results = report["check_type"], report["results"]
        assert not results.get("parsing_errors"), results["parsing_errors"]
        passed[kind] = passed.get(kind, 0) + report["summary"]["passed"]
        findings |= {
            Finding(one["check_id"], f"{kind}/{one['resource'].lstrip('/')}", one["check_name"])
            for one in results["failed_checks"]
        }
        skipped |= {
            f"{one['check_id']} {one['resource']}": one["check_result"]["suppress_comment"]
            for one in results["skipped_checks"]
        }
    return Audit(findings, passed, skipped)


class TestFindings:
    def test_manifests_images_and_terraform_were_all_looked_at(self, audit: Audit) -> None:
        assert {kind for kind, count in audit.passed.items() if count} == {
            "kubernetes",
            "dockerfile",
            "terraform",
        }

    def test_none_is_left_unexplained(self, audit: Audit) -> None:
        known = exemptions()
        unexplained = [str(one) for one in audit.findings if not any(other.covers(one) for other in known)]
        assert sorted(unexplained) == []


class TestExceptions:
    def test_each_has_a_reason(self) -> None:
        for one in exemptions():
            assert len(one.reason.split()) >= 5, one

    def test_each_that_stands_beside_what_it_is_about_has_a_reason_too(self, audit: Audit) -> None:
        assert [one for one, reason in audit.skipped.items() if len(reason.split()) < 5] == []

    def test_none_is_out_of_date(self, audit: Audit) -> None:
        stale = [one for one in exemptions() if not any(one.covers(finding) for finding in audit.findings)]
        assert stale == []

    def test_each_rule_and_place_is_excepted_once(self) -> None:
        seen = [(one.rule, one.where) for one in exemptions()]
        assert len(seen) == len(set(seen))
