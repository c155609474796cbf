"""Migrations since the previous release take nothing away that its programs use, unless they say why not."""

import importlib.util
from pathlib import Path

import pytest
from owui_chassis.migrations import migrate
from owui_testkit.stores import execute

from .previous import previous_revisions
from .revisions import SCHEMAS, revision_files, truncated
from .schema import read_schema, taken_away

_MARK = "contract"


def reason_of(revision: Path) -> str:
    """Return why a revision may take something away: its `contract`, empty for most."""
    spec = importlib.util.spec_from_file_location(revision.stem, revision)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(getattr(module, _MARK, ""))


async def broken_promises(package: str, schema: str, known: set[str], url: str, folder: Path) -> list[str]:
    """Migrate step by step; return what each revision that is not in `known` takes away without a reason."""
    revisions = revision_files(package)
    found = []
    for number, revision in enumerate(revisions, 1):
        is_new = revision.name not in known
        before = await read_schema(url, schema) if is_new and number > 1 else None
        with truncated(package, revisions[:number], folder) as until:
            await migrate(until, schema, url)
        if before is None or reason_of(revision):
            continue
        losses = taken_away(before, await read_schema(url, schema))
        found += [f"{package}/{revision.name}: {loss}" for loss in losses]
    return found


class TestMigrationsSinceThePreviousRelease:
    @pytest.mark.parametrize("schema", SCHEMAS)
    async def test_leave_its_programs_what_they_use(
        self, schema: str, postgres_url: str, tmp_path: Path
    ) -> None:
        known = previous_revisions(schema)
        found = await broken_promises(SCHEMAS[schema], schema, known, postgres_url, tmp_path)
        assert not found, (
            "The previous release runs beside this one during an update. Add first, remove a release later; "
            f'a revision that removes what the previous release does not use says why: {_MARK} = "…".'
        )

    @pytest.mark.parametrize("schema", SCHEMAS)
    def test_do_not_change_those_that_were_released(self, schema: str) -> None:
        names = {revision.name for revision in revision_files(SCHEMAS[schema])}
        assert previous_revisions(schema) <= names


class TestTheRule:
    """What the check finds, shown on changes made by hand."""

    @pytest.mark.parametrize(
        ("change", "loss"),
        [
            ("DROP TABLE shelf", "shelf is gone"),
            ("ALTER TABLE book RENAME TO volume", "book is gone"),
            ("ALTER TABLE book DROP COLUMN title", "book.title is gone"),
            ("ALTER TABLE book RENAME COLUMN title TO name", "book.title is gone"),
            (
                "ALTER TABLE book ALTER title TYPE varchar(9)",
                "book.title was text and is character varying(9)",
            ),
            ("ALTER TABLE book ALTER title SET NOT NULL", "book.title has become NOT NULL"),
            ("ALTER TABLE book ALTER pages DROP DEFAULT", "book.pages has lost its default"),
            (
                "ALTER TABLE book ADD author text NOT NULL",
                "book.author is new, NOT NULL and has no default",
            ),
            (
                "ALTER TABLE book ADD CHECK (pages > 0)",
                "book has a new rule: CHECK ((pages > 0))",
            ),
            ("CREATE UNIQUE INDEX book_title ON book (title)", "book has a new rule: CREATE UNIQUE INDEX"),
        ],
    )
    async def test_refuses(self, change: str, loss: str, postgres_url: str) -> None:
        [found] = await self._losses(postgres_url, change)
        assert found.startswith(loss)

    @pytest.mark.parametrize(
        "change",
        [
            "CREATE TABLE reader (id int PRIMARY KEY, name text NOT NULL)",
            "ALTER TABLE book ADD author text",
            "ALTER TABLE book ADD author text NOT NULL DEFAULT ''",
            "ALTER TABLE book ADD number bigint GENERATED ALWAYS AS IDENTITY",
            "ALTER TABLE book ALTER pages DROP NOT NULL",
            "CREATE INDEX book_title ON book (title)",
        ],
    )
    async def test_lets_what_only_adds_pass(self, change: str, postgres_url: str) -> None:
        assert await self._losses(postgres_url, change) == []

    @staticmethod
    async def _losses(url: str, change: str) -> list[str]:
        await execute(
            url,
            "DROP SCHEMA IF EXISTS library CASCADE",
            "CREATE SCHEMA library",
            "SET search_path TO library",
            "CREATE TABLE shelf (id int PRIMARY KEY)",
            "CREATE TABLE book (id int PRIMARY KEY, title text, pages int NOT NULL DEFAULT 1)",
        )
        before = await read_schema(url, "library")
        await execute(url, "SET search_path TO library", change)
        return taken_away(before, await read_schema(url, "library"))
