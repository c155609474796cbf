"""The table of workspace models, above all that it lets everybody read exactly what the domain would."""

import asyncio
import itertools
from typing import Any

import msgspec
import pytest
from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.migrations import is_current, migrate
from owui_model_proxy.adapters.model_rows import PostgresModelRows
from owui_model_proxy.domain.rows import ModelRow
from owui_model_proxy.ports import RowQuery

ADA = Caller(user_id="ada", group_ids=frozenset({"staff"}))


def row(row_id: str, **values: Any) -> ModelRow:
    given = {
        "user_id": "root",
        "base_model_id": "base",
        "name": row_id,
        "params": {},
        "meta": {},
        "is_active": True,
        "access_control": None,
        "updated_at": 1,
        "created_at": 1,
    }
    return ModelRow(id=row_id, **(given | values))


@pytest.fixture
async def rows(database: Database) -> Any:
    table = PostgresModelRows(database)
    yield table
    await table.replace_all([])


class TestMigrations:
    async def test_run_twice_change_nothing_the_second_time(self, postgres_url, database):
        assert await is_current("owui_model_proxy", "model_proxy", postgres_url)
        assert not await migrate("owui_model_proxy", "model_proxy", postgres_url)


class TestRows:
    async def test_come_back_as_they_were_written(self, rows):
        written = row(
            "a",
            params={"ü": [1, 2.5, None]},
            meta={"z": 1, "a": {"b": 2**53 + 1}},
            access_control={"read": {}},
            lends_base=True,
            base_model_id=None,
        )
        assert await rows.insert(written)
        assert await rows.get("a") == written
        assert list((await rows.get("a")).meta) == ["z", "a"]
        assert (await rows.all())[1] == await rows.overrides() == [written]

    async def test_are_not_inserted_twice(self, rows):
        assert await rows.insert(row("a", name="first"))
        assert not await rows.insert(row("a", name="second"))
        assert (await rows.get("a")).name == "first"

    async def test_keep_owner_and_creation_when_they_are_saved_again(self, rows):
        await rows.insert(row("a"))
        await rows.save([row("a", name="new", user_id="eve", created_at=9, updated_at=9), row("b")])
        kept = await rows.get("a")
        assert (kept.name, kept.user_id, kept.created_at, kept.updated_at) == ("new", "root", 1, 9)
        assert await rows.get("b")

    async def test_raise_the_revision_with_each_change(self, rows):
        before = await rows.revision()
        await rows.insert(row("a"))
        await rows.save([row("a")])
        await rows.delete("a")
        await rows.replace_all([row("c")])
        assert await rows.revision() == before + 4
        assert [kept.id for kept in (await rows.all())[1]] == ["c"]


class TestAccess:
    async def test_is_the_same_in_sql_and_in_the_domain(self, rows):
        rules = [
            None,
            {},
            {"user_ids": ["ada"]},
            {"group_ids": ["staff", "x"], "user_ids": []},
            {"group_ids": []},
        ]
        controls = [None, {}, {"read": None}]
        controls += [{"read": read, "write": write} for read, write in itertools.product(rules, rules)]
        written = [
            row(f"{owner}-{number}", user_id=owner, access_control=control)
            for number, control in enumerate(controls)
            for owner in ("ada", "root")
        ]
        await rows.save(written)
        for caller in (ADA, Caller(user_id="bob"), Caller(user_id="x", unrestricted=True)):
            readable = {kept.id for kept in await rows.readable(caller)}
            assert readable == {kept.id for kept in written if kept.readable_by(caller)}
        assert 0 < len(await rows.readable(Caller(user_id="bob"))) < len(written)


class TestPage:
    async def test_filters_orders_and_counts(self, rows):
        tags = {"tags": [{"name": "math"}, {"name": "x"}]}
        await rows.save(
            [
                row("a", name="Über 100%", meta=tags, updated_at=3, created_at=1),
                row("b", name="beta", user_id="ada", updated_at=2, created_at=2, base_model_id="gpt_x"),
                row("c", name="Gamma", access_control={}, updated_at=4, created_at=3),
                row("d", base_model_id=None),
            ]
        )

        async def page(caller: Caller = ADA, **wanted: Any) -> list[str]:
            found, total = await rows.page(caller, RowQuery(**wanted))
            assert total == len(found)
            return [kept.id for kept in found]

        everything = Caller(user_id="root", unrestricted=True)
        assert await page() == ["a", "b"]
        assert await page(everything) == ["c", "a", "b"]
        assert await page(everything, order_by="name", descending=False) == ["b", "c", "a"]
        assert await page(everything, order_by="created_at; DROP TABLE model") == ["c", "a", "b"]
        assert await page(text="über 100%") == ["a"]
        assert await page(text="GPT_") == ["b"]
        assert await page(text="%") == ["a"]
        assert await page(tag="math") == ["a"]
        assert await page(view="created") == ["b"]
        assert await page(view="shared") == ["a"]

    async def test_has_thirty_rows(self, rows):
        await rows.save([row(f"{number:02}", updated_at=number) for number in range(31)])
        first, total = await rows.page(ADA, RowQuery())
        second, _ = await rows.page(ADA, RowQuery(page=2))
        assert (len(first), len(second), total, first[0].id) == (30, 1, 31, "30")

    async def test_knows_nothing_that_no_text_can_hold(self, rows):
        assert await rows.get("a\0b") is None
        assert (
            await rows.page(ADA, RowQuery(text="\0")) == await rows.page(ADA, RowQuery(tag="\0")) == ([], 0)
        )


class TestConcurrency:
    async def test_of_many_who_create_the_same_model_one_succeeds(self, rows):
        made = await asyncio.gather(*(rows.insert(row("same", user_id=str(n))) for n in range(8)))
        assert made.count(True) == 1

    async def test_rows_are_written_all_or_none(self, rows):
        too_long = msgspec.structs.replace(row("x"), id="x" * 300)
        with pytest.raises(Exception, match="model_id_check"):
            await rows.save([row("fine"), too_long])
        assert await rows.get("fine") is None
