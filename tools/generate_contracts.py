"""Generate the Python contracts in libs/contracts from proto/, for all services or for those named."""

import subprocess
import sys
from pathlib import Path

import grpc_tools
from google.api import annotations_pb2

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
OUTPUT = ROOT / "libs" / "contracts"


def protoc(*arguments: str) -> None:
    """Run the protobuf compiler that ships with grpcio-tools; raise when it refuses."""
    include = Path(grpc_tools.__file__).parent / "_proto"
    site_packages = Path(annotations_pb2.__file__).parents[2]
    roots = [f"-I{path}" for path in (PROTO, include, site_packages)]
    command = [sys.executable, "-m", "grpc_tools.protoc", *roots, *arguments]
    subprocess.run(command, check=True)


def generate(package: str) -> None:
    """Write messages, stubs and the descriptor set (with comments) of one package of contracts."""
    sources = sorted((PROTO / "owui" / package / "v1").glob("*.proto"))
    if not sources:
        return
    names = [str(source) for source in sources]
    services = [name for name in names if name.endswith("_service.proto")]
    target = OUTPUT / "owui" / package / "v1"
    target.mkdir(parents=True, exist_ok=True)
    for stale in [*target.glob("*_pb2*"), *target.glob("descriptors.binpb")]:
        stale.unlink()
    protoc(f"--python_out={OUTPUT}", f"--pyi_out={OUTPUT}", *names)
    if services:
        protoc(f"--grpc_python_out={OUTPUT}", *services)
    protoc(f"--descriptor_set_out={target / 'descriptors.binpb'}", "--include_source_info", *names)


def main() -> int:
    """Generate what the command line names, or everything."""
    packages = sys.argv[1:] or sorted(path.name for path in (PROTO / "owui").iterdir() if path.is_dir())
    for package in packages:
        generate(package.replace("-", "_"))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
