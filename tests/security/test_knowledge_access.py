"""Files and knowledge bases of one person, in every place where another could name them."""

from typing import Any

import pytest
import pytest_asyncio

from tests.integration.clients.library import Library, readers
from tests.integration.clients.people import Person
from tests.integration.world import World, eventually

from .holdings import (
    QUERY,
    REFUSED,
    SECRET,
    Holdings,
    changes_of_base,
    changes_of_file,
    foreign_in_own,
    furnish,
    on_base,
    on_file,
    on_job,
    refuses,
    state,
    tells_nothing,
)


@pytest_asyncio.fixture(loop_scope="session")
async def holdings(platform: World, ada: Person, bob: Person) -> Holdings:
    """Ada's file in a private base, with a job; Bob's file and base."""
    return await furnish(ada, bob)


class TestStrangers:
    async def test_are_refused_at_every_address_and_change_nothing(
        self, platform: World, holdings: Holdings
    ) -> None:
        has = holdings
        with_a_key = has.bob.rest.with_token(await has.bob.api_key())
        before, counts = await state(has), await platform.row_counts()
        attempts = [
            *on_file(has.file),
            *on_base(has.base, has.file, has.own_file),
            *on_job(has.job),
            *foreign_in_own(has),
        ]
        await refuses(has.bob.rest, attempts)
        await refuses(with_a_key, attempts)
        for sent in ({"knowledge_id": has.base}, {"knowledge_id": has.base, "folder": "x"}):
            answer = await Library(has.bob.rest).try_upload("x.txt", b"smuggled", **sent)
            assert answer.status in REFUSED, answer
        batch = {"files": [{"id": has.file}], "collection_name": has.own_base}
        answer = await has.bob.rest.post("/api/v1/retrieval/process/files/batch", batch)
        tells_nothing(answer, batch)
        assert answer.status in REFUSED or answer.json["errors"], answer
        into_hers = {"files": [{"id": has.own_file}], "collection_name": has.base}
        answer = await has.bob.rest.post("/api/v1/retrieval/process/files/batch", into_hers)
        assert answer.status in REFUSED or answer.json["errors"], answer
        assert await platform.row_counts() == counts
        assert await state(has) == before

    async def test_lists_and_searches_hold_only_ones_own(self, holdings: Holdings) -> None:
        for path in (
            "/api/v1/files/",
            "/api/v1/files/search?filename=*",
            "/api/v1/files/search?filename=recipe*",
            "/api/v1/files/search?filename=%25",
            "/api/v1/knowledge/",
            "/api/v1/knowledge/search?query=Recipes",
            "/api/v1/knowledge/search/files?query=recipe",
            "/api/v1/files/jobs",
        ):
            answer = await holdings.bob.rest.get(path)
            assert answer.status in {200, 404}, (path, answer)
            tells_nothing(answer, path)
            assert holdings.file not in answer.body.decode(), path
            assert holdings.job not in answer.body.decode(), path

    async def test_pending_people_are_let_in_nowhere(self, platform: World, holdings: Holdings) -> None:
        has, pending = holdings, await platform.person("pending")
        for verb, path, body in [
            *on_file(has.file),
            *on_base(has.base, has.file, has.own_file),
            *on_job(has.job),
        ]:
            assert (await pending.rest.call(verb, path, body)).status == 401, (verb, path)
        for query in ("doc", "collection"):
            assert (await pending.rest.post(f"/api/v1/retrieval/query/{query}", {})).status == 401


class TestReaders:
    async def test_of_a_lent_base_read_all_and_change_nothing(
        self, platform: World, holdings: Holdings
    ) -> None:
        has = holdings
        await self._lend(has, readers(has.bob.id))
        found = await Library(has.bob.rest).find(QUERY, has.base)
        assert SECRET in found[0][0]
        for path in (f"/api/v1/files/{has.file}/data/content", f"/api/v1/files/{has.file}/content"):
            assert SECRET in (await has.bob.rest.get(path)).body.decode()
        before, counts = await state(has), await platform.row_counts()
        for verb, path, body in [
            *changes_of_file(has.file),
            *changes_of_base(has.base, has.file, has.own_file),
        ]:
            answer = await has.bob.rest.call(verb, path, body)
            assert answer.status in REFUSED, (verb, path, body, answer)
        assert await platform.row_counts() == counts
        assert await state(has) == before

    async def test_lose_all_as_soon_as_it_is_lent_no_more(self, holdings: Holdings) -> None:
        has = holdings
        await self._lend(has, readers(has.bob.id))
        assert (await has.bob.rest.get(f"/api/v1/files/{has.file}")).status == 200
        await self._lend(has, {})
        await refuses(has.bob.rest, [*on_file(has.file), *on_base(has.base, has.file, has.own_file)])
        tells_nothing(await Library(has.bob.rest).ask(QUERY, has.base, f"file-{has.file}"), "after")

    async def test_of_a_group_read_while_they_are_members(self, platform: World, holdings: Holdings) -> None:
        has, admin = holdings, platform.admin.rest
        group = await admin.send("/api/v1/groups/create", {"name": f"Cooks {has.ada.id}", "description": ""})
        await self._lend(has, readers(groups=(group["id"],), write=True))
        tells_nothing(await Library(has.bob.rest).ask(QUERY, has.base), "no member yet")
        members = f"/api/v1/groups/id/{group['id']}/users"
        await admin.send(f"{members}/add", {"user_ids": [has.bob.id]})

        async def reads() -> bool:
            return (await has.bob.rest.get(f"/api/v1/files/{has.file}")).status == 200

        await eventually(reads, "the membership to count", 10)
        assert SECRET in (await Library(has.bob.rest).find(QUERY, has.base))[0][0]
        # Who may write a base may take files out of it, but what is another's stays the other's.
        await refuses(has.bob.rest, [one for one in changes_of_file(has.file) if "jobs" not in one[1]])
        await has.bob.rest.send(f"/api/v1/knowledge/{has.base}/file/remove", {"file_id": has.file})
        assert (await has.ada.rest.fetch(f"/api/v1/files/{has.file}"))["id"] == has.file
        await Library(has.ada.rest).add(has.base, has.file)
        await admin.send(f"{members}/remove", {"user_ids": [has.bob.id]})

        async def reads_no_more() -> bool:
            return (await has.bob.rest.get(f"/api/v1/files/{has.file}")).status in REFUSED

        await eventually(reads_no_more, "the membership to end", 10)
        await refuses(has.bob.rest, [*on_file(has.file), *on_base(has.base, has.file, has.own_file)])
        tells_nothing(await Library(has.bob.rest).ask(QUERY, has.base), "no member any more")

    @staticmethod
    async def _lend(has: Holdings, access: dict[str, Any]) -> None:
        form = {"name": "Recipes", "description": "", "access_control": access}
        await has.ada.rest.send(f"/api/v1/knowledge/{has.base}/update", form)


class TestQueries:
    async def test_names_of_foreign_collections_find_nothing(self, holdings: Holdings) -> None:
        has = holdings
        for name in (
            has.base, has.file, f"file-{has.file}", f"file-{has.file} ", f"user-memory-{has.ada.id}",
            has.ada.id, "%", "*", "file-%", "",
            f"{has.own_base},{has.base}", f"{has.own_base}' OR '1'='1", has.job,
        ):  # fmt: skip
            for route, body in (
                ("doc", {"collection_name": name, "query": QUERY}),
                ("collection", {"collection_names": [name], "query": QUERY}),
                (
                    "collection",
                    {"collection_names": [has.own_base, f"file-{has.own_file}", name], "query": QUERY},
                ),
            ):
                answer = await has.bob.rest.post(f"/api/v1/retrieval/query/{route}", body)
                assert answer.status in {200, *REFUSED, 422}, (body, answer)
                tells_nothing(answer, body)

    async def test_a_name_of_ones_own_that_equals_a_foreign_one_stays_ones_own(
        self, holdings: Holdings
    ) -> None:
        has = holdings
        for name in (has.base, f"file-{has.file}", f"user-memory-{has.ada.id}"):
            form = {"name": "trap.txt", "content": f"poisoned nutmeg advice {name}", "collection_name": name}
            made = await has.bob.rest.post("/api/v1/retrieval/process/text", form)
            assert made.status in {200, *REFUSED}, made
            hers = await Library(has.ada.rest).ask(
                "poisoned nutmeg advice", has.base, f"file-{has.file}", name
            )
            assert "poisoned" not in hers.body.decode(), name
            his = await Library(has.bob.rest).ask(QUERY, name)
            assert SECRET not in his.body.decode(), name

    @pytest.mark.parametrize(
        "more",
        [
            {"k": 10**6}, {"k": -1}, {"k": 0}, {"r": -1e9}, {"r": 1e309}, {"hybrid": False}, {"hybrid": True},
            {"hybrid_bm25_weight": 1e6}, {"hybrid_bm25_weight": -5}, {"k_reranker": 10**6},
            {"enable_enriched_texts": True}, {"unrestricted": True}, {"bypass_admin_access_control": True},
        ],
        ids=str,
    )  # fmt: skip
    async def test_no_member_of_a_body_widens_the_search(
        self, holdings: Holdings, more: dict[str, Any]
    ) -> None:
        has = holdings
        named = {
            "user_id": has.ada.id, "knowledge_ids": [has.base], "file_ids": [has.file], "role": "admin",
            "where": {"file_id": has.file}, "filter": {"file_id": has.file}, "scope": {"unrestricted": True},
            "loans": [{"user_id": has.ada.id, "knowledge_ids": [has.base]}], "group_ids": ["admin"],
            "collections": [has.base], "user": {"id": has.ada.id},
        }  # fmt: skip
        for collections in ([has.own_base, f"file-{has.own_file}"], [has.own_base, has.base]):
            for body in (
                {"collection_names": collections, "query": QUERY, **more, **named},
                {"collection_name": collections[-1], "query": QUERY, **more, **named},
            ):
                route = "doc" if "collection_name" in body else "collection"
                answer = await has.bob.rest.call(
                    "POST",
                    f"/api/v1/retrieval/query/{route}",
                    body,
                    headers={
                        "X-User-Id": has.ada.id,
                        "X-OpenWebUI-User-Id": has.ada.id,
                        "X-User-Role": "admin",
                    },
                )
                assert answer.status < 500, (body, answer)
                tells_nothing(answer, body)
