"""A Kubernetes cluster on this machine, in containers: `python tools/kind.py up`, and `down`."""

import os
import shutil
import subprocess
import sys

from images import engine
from progress import ROOT, StepError, guard, run, say

CONFIGURATION = ROOT / "deploy" / "kind" / "cluster.yaml"
NAME = "open-webui"
READY_SECONDS = "180s"
REMEDIES = {
    "kind": "kind.sigs.k8s.io tells how to install it",
    "kubectl": "kubernetes.io/docs/tasks/tools tells how to install it",
}


def require(*programs: str) -> dict[str, str]:
    """Return the environment in which kind runs; raise StepError naming what is missing."""
    for program in programs:
        if shutil.which(program) is None:
            raise StepError(f"{program} is needed for a cluster on this machine: {REMEDIES[program]}.")
    # kind takes docker unless it is told otherwise.
    return {"KIND_EXPERIMENTAL_PROVIDER": os.path.basename(engine(os.environ))}


def exists(environment: dict[str, str]) -> bool:
    """Say whether the cluster is there."""
    command = ["kind", "get", "clusters"]
    answer = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise StepError(f"kind does not work: {answer.stderr.strip().splitlines()[-1:]}")
    return NAME in answer.stdout.split()


def up() -> None:
    """Make the cluster when there is none."""
    environment = require("kind", "kubectl")
    if exists(environment):
        say(f"The cluster {NAME} is there.")
        return
    command = ["kind", "create", "cluster", "--config", str(CONFIGURATION), "--wait", READY_SECONDS]
    run(f"Making the cluster {NAME} (the first time its image is fetched)", command, environment=environment)
    say("Next: skaffold run -p ci, or skaffold dev -p dev; then http://localhost:8080")


def down() -> None:
    """Remove the cluster and all that is in it."""
    environment = require("kind")
    if not exists(environment):
        say(f"There is no cluster {NAME}.")
        return
    run(
        f"Removing the cluster {NAME}", ["kind", "delete", "cluster", "--name", NAME], environment=environment
    )


def main() -> None:
    """Do what the command line says."""
    steps = {"up": up, "down": down}
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        raise StepError("usage: python tools/kind.py up | down")
    steps[sys.argv[1]]()


if __name__ == "__main__":
    guard(main)
