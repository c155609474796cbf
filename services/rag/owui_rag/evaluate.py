"""Measures the search: `python -m owui_rag.evaluate --knowledge ID --questions FILE.jsonl`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from owui_chassis.database import Database
from owui_chassis.errors import Invalid, ServiceError
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.http import open_session
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import SettingsError

from owui_rag.adapters.embedding.engines import EmbeddingEngines
from owui_rag.adapters.index.search import ChunkSearch
from owui_rag.adapters.index.tuning import SearchDatabase
from owui_rag.adapters.reranking.choose import reranker_of
from owui_rag.domain.evaluation import KnownQuestion, Result, Trial
from owui_rag.domain.ranking import Scope
from owui_rag.settings import RagSettings
from owui_rag.usecases.evaluate import Evaluate, checked
from owui_rag.wiring import SCHEMA


def read_questions(path: Path) -> list[KnownQuestion]:
    """Read lines such as {"question": "…", "expected": [{"file": "…", "text": "…"}]}; raise Invalid."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                questions.append(msgspec.json.decode(line, type=KnownQuestion))
            except msgspec.MsgspecError as error:
                raise Invalid(f"Line {number} of {path}: {error}", "bad_question") from None
    return questions


def tried(values: Any, given: argparse.Namespace) -> Trial:
    """Return the settings as they are, with those of the command line in their place."""
    names = Trial.__dataclass_fields__
    said = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    return replace(Trial(**{name: getattr(values, name) for name in names}), **said)


async def run(arguments: Sequence[str], environ: Mapping[str, str]) -> Result:
    """Evaluate as somebody who may read everything; raise ServiceError."""
    given = _parser().parse_args(arguments)
    questions = read_questions(given.questions)
    settings = RagSettings.read(environ)
    async with AsyncExitStack() as stack:
        service = Service("rag-evaluate", settings)
        stack.push_async_callback(service.stop)
        runtime = Runtime(environ, await stack.enter_async_context(RemoteChannels(environ)))
        database = await stack.enter_async_context(Database(settings.database, SCHEMA, 4))
        searching = await stack.enter_async_context(SearchDatabase(settings.database, SCHEMA))
        redis = await stack.enter_async_context(open_redis(settings.redis))
        http = await stack.enter_async_context(open_session(settings))
        live = LiveSettings(settings, database, redis)
        await live.start(service.background)
        engines = EmbeddingEngines(database, live, http, runtime.channel)
        trial = tried(live, given)
        checked(questions, trial)
        evaluate = Evaluate(
            ChunkSearch(searching),
            engines.of,
            lambda: reranker_of(live, http),
            enriched=lambda: live.enable_hybrid_search_enriched_texts,
            parallel=settings.evaluation_parallel,
        )
        scope = Scope("", unrestricted=True, knowledge_ids=(given.knowledge,))
        result = await evaluate.run(scope, questions, trial, _show(len(questions)))
    if result is None:
        raise Invalid("The evaluation was ended", "ended")
    return result


def table(result: Result) -> str:
    """Return the scores as a table."""
    k = result.scores[0].k
    lines = [f"{'':<15}{'nDCG@10':>9}{f'Recall@{k}':>11}{'MRR':>8}{'ms':>8}"]
    lines += [
        f"{each.mode:<15}{each.ndcg_at_10:>9.3f}{each.recall_at_k:>11.3f}{each.mrr:>8.3f}{each.milliseconds:>8.1f}"
        for each in result.scores
    ]
    if result.unmatched:
        lines.append(f"{result.unmatched} expected passages were found in no way")
    return "\n".join(lines)


def _show(total: int) -> Any:
    async def show(done: int) -> bool:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {total}" + ("\n" if done == total else ""))
        return True

    return show


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m owui_rag.evaluate", description="Measure the search.")
    parser.add_argument("--knowledge", required=True, metavar="ID", help="identifier of the base to search")
    parser.add_argument("--questions", required=True, type=Path, metavar="FILE", help="JSON, one per line")
    parser.add_argument("--json", action="store_true", help="everything as JSON instead of a table")
    for name, field in Trial.__dataclass_fields__.items():
        kind = type(field.default)
        parser.add_argument(
            f"--{name.replace('_', '-')}", dest=name, type=kind, help="instead of the setting"
        )
    return parser


def main() -> None:
    """Print the scores; one line and exit code 1 when that cannot be."""
    try:
        result = asyncio.run(run(sys.argv[1:], os.environ))
    except (ServiceError, SettingsError, OSError) as error:
        sys.exit(f"evaluate: {error}")
    as_json = "--json" in sys.argv
    sys.stdout.write((json.dumps(msgspec.to_builtins(result)) if as_json else table(result)) + "\n")


if __name__ == "__main__":
    main()
