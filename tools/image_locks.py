"""The lock of each image: the part of requirements.lock that one service needs, with hashes."""

import re
import tempfile
from pathlib import Path

from progress import ROOT, StepError, run
from uv_tool import find_uv, uv_environment

LOCKS = ROOT / "deploy" / "docker" / "locks"
# Image → folder of its service.
IMAGES = {
    "gateway": "services/gateway",
    "auth": "services/auth",
    "chat": "services/chat",
    "model-proxy": "services/model-proxy",
    "rag": "services/rag",
    "rag-ml": "services/rag",
}
EXTRAS = {"rag-ml": ["torch"]}
BILL = "cyclonedx-bom==7.5.0"
# What a build of torch for GPUs brings along, and what the one for processors has not.
CUDA = re.compile(r"^(torch|triton|nvidia-|cuda-)")
FORM = ["--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
# Only for this kind of machine are there builds of torch for GPUs.
ML = ["--python-platform", "x86_64-manylinux_2_28", "--python-version", "3.11"]


def read_blocks(text: str) -> dict[str, str]:
    """Return the requirements of a lock file by name, each with its hashes."""
    blocks: dict[str, str] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        if found := re.match(r"([A-Za-z0-9._-]+)==\S+(.*)", block):
            # A package of which two versions are locked has two blocks, told apart by their markers.
            key = found[1] if found[1] not in blocks else f"{found[1]}{found[2]}"
            blocks[key] = block.rstrip() + "\n"
    return blocks


def version_of(block: str) -> str:
    """Return `name==version` of a block."""
    return block.split(maxsplit=1)[0]


def resolve(image: str) -> dict[str, str]:
    """Ask uv which packages an image needs, in the versions of requirements.lock."""
    own = [part for name in ("chassis", "contracts") for part in ("--no-emit-package", f"owui-{name}")]
    extras = [part for extra in EXTRAS.get(image, []) for part in ("--extra", extra)]
    kind = ML if extras else ["--universal", "--python-version", "3.11"]
    command = [find_uv(), "pip", "compile", f"{IMAGES[image]}/pyproject.toml", *FORM, *kind, *own, *extras]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "lock.txt"
        command += ["--quiet", "-c", "requirements.lock", "-o", str(target)]
        run(f"Resolving the image {image}", command, environment=uv_environment())
        return read_blocks(target.read_text(encoding="utf-8"))


def lock_image(image: str) -> None:
    """Write the lock of an image, word for word as requirements.lock has it; of rag-ml also that of torch."""
    common = read_blocks((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    by_version = {version_of(block): block for block in common.values()}
    blocks = [by_version.get(version_of(block), block) for block in resolve(image).values()]
    if image in EXTRAS:
        write("torch-cuda", [block for block in blocks if CUDA.match(block)])
        blocks = [block for block in blocks if not CUDA.match(block)]
    else:
        foreign = [version_of(block) for block in blocks if version_of(block) not in by_version]
        if foreign:
            raise StepError(f"{image}: not in requirements.lock: {', '.join(foreign)}; run: make lock")
    write(image, blocks)


def lock_bill() -> None:
    """Resolve the tool that writes the bill of materials."""
    with tempfile.TemporaryDirectory() as folder:
        wish, target = Path(folder) / "bill.in", Path(folder) / "bill.txt"
        wish.write_text(BILL + "\n", encoding="utf-8")
        command = [find_uv(), "pip", "compile", str(wish), *FORM, "--universal", "--python-version", "3.11"]
        command += ["--quiet", "-o", str(target)]
        run("Resolving the tool for bills of materials", command, environment=uv_environment())
        write("bill", list(read_blocks(target.read_text(encoding="utf-8")).values()))


def write(name: str, blocks: list[str]) -> None:
    """Write a lock file."""
    LOCKS.mkdir(parents=True, exist_ok=True)
    head = "# Written by `make image-locks`; checked by tests/images.\n"
    (LOCKS / f"{name}.txt").write_text(head + "".join(sorted(blocks)), encoding="utf-8")


def lock(images: list[str]) -> None:
    """Write the locks of the images, of all and of the tool when none is named."""
    for image in images or IMAGES:
        lock_image(image)
    if not images:
        lock_bill()
