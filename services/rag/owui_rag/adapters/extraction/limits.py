"""How much of the machine the reading of one document may take."""

import resource
import signal
from contextlib import suppress
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of reading one document.

    `seconds` bounds both wall and CPU time, `characters` the text that comes out, `cells` those of a
    workbook, `unpacked_mb` what an archive such as DOCX holds, `ocr_pages` the pages whose picture is
    recognised.
    """

    seconds: float = 120.0
    memory_mb: int = 1024
    characters: int = 20_000_000
    cells: int = 500_000
    pages: int = 20_000
    unpacked_mb: int = 512
    archive_entries: int = 20_000
    ocr_pages: int = 100


def confine(limits: Limits) -> None:
    """Bind this process, and all it starts, to the limits; for a process that reads one document and ends."""
    memory = limits.memory_mb * MEGABYTE
    seconds = int(limits.seconds) + 1
    # Address space also counts mapped files and libraries, which are no burden: the data segment counts.
    for kind, soft, hard in (
        (resource.RLIMIT_DATA, memory, memory),
        (resource.RLIMIT_AS, memory * 2 + 1024 * MEGABYTE, memory * 2 + 1024 * MEGABYTE),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 64, 64),
    ):
        # Some systems, macOS among them, do not know or refuse one of these; the others still hold.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))
    # Ends this process even when the one that waits for it was killed.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + 2)
