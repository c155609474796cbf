"""Reading documents on this machine: harmless ones here, all others in a process with limits."""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from owui_rag.adapters.extraction.kinds import kind_of
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.reading import HARMLESS, read_document
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable

log = logging.getLogger(__name__)

# Text of this size is read within milliseconds; a process of its own takes ten times that to start.
HARMLESS_BYTES = 2 * 1024 * 1024
_COMMAND = ("-P", "-s", "-m", "owui_rag.adapters.extraction.reader", "--answer")
_HEAD_BYTES = 16 * 1024 * 1024
# PDFium and others end so when they are refused memory; systems that run out of it kill.
_OUT_OF_MEMORY = frozenset({signal.SIGABRT, signal.SIGILL, signal.SIGTRAP, signal.SIGKILL})


class LocalExtractor:
    """Port Extractor without any service besides; at most `at_once` processes read at a time."""

    def __init__(self, limits: Limits | None = None, *, images: bool = False, at_once: int = 4) -> None:
        self._limits = limits or Limits()
        self._images = images
        self._places = asyncio.Semaphore(at_once)

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""
        source = Source(file, name, content_type, self._limits, self._images)
        document = await asyncio.to_thread(_read_harmless, source)
        if document is not None:
            return document
        async with self._places:
            return await self._extract_apart(source)

    async def _extract_apart(self, source: Source) -> Document:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *_COMMAND,
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment(), cwd="/", start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await self._converse(process, source)
        except TimeoutError:
            raise self._too_slow() from None
        finally:
            await _kill(process)
        if not answer:
            raise self._died(process.returncode or 0, source)
        return _document(answer)

    async def _converse(self, process: Process, source: Source) -> bytes:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        request = {
            "path": str(source.path.absolute()), "name": source.name, "content_type": source.content_type,
            "limits": asdict(source.limits), "images": source.images,
        }  # fmt: skip
        with suppress(ConnectionError):
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
        most = self._limits.characters * 4 + _HEAD_BYTES
        parts: list[bytes] = []
        size = 0
        while part := await process.stdout.read(1 << 20):
            size += len(part)
            if size > most:
                raise Unreadable("The document has more text than is kept.", "too_much_text")
            parts.append(part)
        await process.wait()
        return b"".join(parts) if process.returncode == 0 else b""

    def _died(self, status: int, source: Source) -> Unreadable:
        log.warning("reading %s ended with status %d", source.extension or "a file", status)
        if -status in {signal.SIGXCPU, signal.SIGALRM}:
            return self._too_slow()
        if -status in _OUT_OF_MEMORY:
            return Unreadable(
                f"Reading it takes more than {self._limits.memory_mb} MB of memory, or it is damaged.",
                "too_much_memory",
            )
        return Unreadable("The document is damaged in a way that makes its reader fail.", "broken")

    def _too_slow(self) -> Unreadable:
        seconds = self._limits.seconds
        return Unreadable(f"Reading the document takes longer than {seconds:.0f} seconds.", "too_slow")


def _read_harmless(source: Source) -> Document | None:
    """Return the document when it may be read in this process, else None."""
    try:
        kind = kind_of(source)
        if kind not in HARMLESS or source.path.stat().st_size > HARMLESS_BYTES:
            return None
    except OSError:
        raise Unreadable("The file is not there any more.", "broken", passing=True) from None
    return read_document(source, kind)


def _environment() -> dict[str, str]:
    """What the process needs and nothing else: no secret of ours."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _document(answer: bytes) -> Document:
    head, _, text = answer.partition(b"\n")
    values: dict[str, Any] = json.loads(head)
    if "reason" in values:
        raise Unreadable(values["message"], values["reason"], passing=values["passing"])
    return Document(
        text.decode(), tuple(values["pages"]), values["title"], values["is_markdown"], values["metadata"]
    )


async def _kill(process: Process) -> None:
    """End a process with all it started; nothing happens where it has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
