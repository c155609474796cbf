"""`owui-sync`: runs once, or again and again."""

import asyncio
import sys
from collections.abc import Sequence

import aiohttp

from owui_sync.base import find_base
from owui_sync.failures import Refused, Unreachable, UsageError
from owui_sync.http import Http
from owui_sync.options import Options, parse
from owui_sync.progress import Progress
from owui_sync.synchronize import Synchronize

ALL_THERE, SOME_FAILED, USAGE = 0, 1, 2
_INTERRUPTED = 130
# No limit for the whole of an upload, but for silence.
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=120)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and exit with the code that says what came of it."""
    try:
        code = asyncio.run(run(parse(sys.argv[1:] if arguments is None else arguments)))
    except UsageError as error:
        print(f"owui-sync: {error}", file=sys.stderr)
        code = USAGE
    except KeyboardInterrupt:
        print("owui-sync: interrupted; the next run goes on from here", file=sys.stderr)
        code = _INTERRUPTED
    sys.exit(code)


async def run(options: Options) -> int:
    """Do what the options say; return the exit code. Raises UsageError."""
    headers = {"Authorization": f"Bearer {options.key}", "User-Agent": "owui-sync"}
    connector = aiohttp.TCPConnector(limit=options.manner.jobs * 4)
    async with aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT, connector=connector) as session:
        http = Http(session, options.url, options.attempts)
        progress = Progress(verbose=options.verbose, quiet=options.quiet)
        try:
            base = await find_base(http, options.knowledge, options.top, create=options.create)
        except (Refused, Unreachable) as error:
            raise UsageError(str(error)) from None
        work = Synchronize(options.folder, options.choice, base, options.manner, progress)
        while True:
            code = await _once(work, progress, options)
            if options.watch_seconds is None:
                return code
            await asyncio.sleep(options.watch_seconds)


async def _once(work: Synchronize, progress: Progress, options: Options) -> int:
    try:
        outcome = await work.run()
    except (Refused, Unreachable, UsageError) as error:
        if options.watch_seconds is None:
            raise UsageError(str(error)) from None
        # Who watches waits for the server, or the disk, to come back.
        print(f"owui-sync: {error}", file=sys.stderr)
        return USAGE
    progress.end(outcome, dry_run=options.manner.dry_run)
    return SOME_FAILED if outcome.failed else ALL_THERE
