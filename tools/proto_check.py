"""Fail when the committed contracts in libs/contracts differ from what proto/ says."""

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from progress import ROOT

CONTRACTS = ROOT / "libs" / "contracts" / "owui"


def generated(root: Path) -> dict[str, Path]:
    """Return the generated files below a folder by their place in it."""
    patterns = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*.binpb")
    return {str(path.relative_to(root)): path for pattern in patterns for path in root.rglob(pattern)}


def main() -> int:
    """Generate into a copy of the tree and compare."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("proto", "tools"):
            shutil.copytree(ROOT / name, copy / name)
        (copy / "libs" / "contracts").mkdir(parents=True)
        command = [sys.executable, str(copy / "tools" / "generate_contracts.py")]
        if subprocess.run(command, check=False).returncode != 0:
            return 1
        fresh, committed = generated(copy / "libs" / "contracts" / "owui"), generated(CONTRACTS)
        stale = sorted(
            name
            for name in fresh.keys() | committed.keys()
            if name not in fresh
            or name not in committed
            or not filecmp.cmp(fresh[name], committed[name], False)
        )
    for name in stale:
        print(f"differs from proto/: libs/contracts/owui/{name}")
    if stale:
        print("Run: make proto")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
