"""Whatever is shared, moved and deleted: people find all that they may read, and nothing else."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson
import pytest
import pytest_asyncio

from .index_bed import Library, opened_library

STEPS = 250
USERS = ("ann", "ben", "cem")
GROUPS = {"ann": ("red",), "ben": ("red", "blue"), "cem": ()}
CONTROLS = (
    None,
    {},
    {"read": {"group_ids": ["red"], "user_ids": []}},
    {"read": {"group_ids": [], "user_ids": ["cem"]}},
)


@dataclass
class Model:
    """What ought to be: owners, who reads what, and where each file is."""

    bases: dict[str, tuple[str, object]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)

    def reads_base(self, user: str, base: str) -> bool:
        owner, control = self.bases[base]
        if owner == user or control is None:
            return True
        rule = control.get("read", {"group_ids": [], "user_ids": []})  # type: ignore[union-attr]  # a control of CONTROLS
        return user in rule["user_ids"] or bool(set(GROUPS[user]) & set(rule["group_ids"]))

    def found(self, user: str) -> set[str]:
        own = {file for file, owner in self.files.items() if owner == user}
        return own | {file for base, file in self.links if self.reads_base(user, base)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        yield library


class Steps:
    """Random steps, each done in the database and in the model."""

    def __init__(self, library: Library, model: Model, seed: int) -> None:
        self.library, self.model, self.random = library, model, random.Random(seed)
        self.number = 0

    async def step(self) -> None:
        self.number += 1
        choices = [
            self.new_base,
            self.new_file,
            self.link,
            self.unlink,
            self.share,
            self.drop_file,
            self.merge,
        ]
        weights = [1, 4, 6, 3, 3, 1, 1]
        if len(self.model.bases) > 3:
            choices.append(self.drop_base)
            weights.append(1)
        await self.random.choices(choices, weights)[0]()

    def some(self, things: object) -> str | None:
        listed = sorted(things)  # type: ignore[call-overload]  # sets and dicts of names
        return self.random.choice(listed) if listed else None

    async def new_base(self) -> None:
        name, owner, control = f"base {self.number}", self.random.choice(USERS), self.random.choice(CONTROLS)
        await self.library.base(name, owner, None if control is None else orjson.dumps(control).decode())
        self.model.bases[name] = (owner, control)

    async def new_file(self) -> None:
        name, owner = f"file {self.number}", self.random.choice(USERS)
        await self.library.file(name, [f"shared words of {name}", f"more text {self.number}"], owner=owner)
        self.model.files[name] = owner

    async def link(self) -> None:
        base, file = self.some(self.model.bases), self.some(self.model.files)
        if base and file and (base, file) not in self.model.links:
            await self.library.run(
                "INSERT INTO knowledge_file VALUES (:base, :file, 'x', '', 0)", base=base, file=file
            )
            self.model.links.add((base, file))

    async def unlink(self) -> None:
        if self.model.links:
            base, file = self.random.choice(sorted(self.model.links))
            await self.library.run(
                "DELETE FROM knowledge_file WHERE knowledge_id = :base AND file_id = :file",
                base=base,
                file=file,
            )
            self.model.links.discard((base, file))

    async def share(self) -> None:
        base = self.some(self.model.bases)
        if base:
            control = self.random.choice(CONTROLS)
            await self.library.run(
                "UPDATE knowledge SET access_control = CAST(:control AS jsonb) WHERE id = :base",
                control=None if control is None else orjson.dumps(control).decode(),
                base=base,
            )
            self.model.bases[base] = (self.model.bases[base][0], control)

    async def drop_file(self) -> None:
        file = self.some(self.model.files)
        if file:
            await self.library.run("DELETE FROM file WHERE id = :file", file=file)
            del self.model.files[file]
            self.model.links = {link for link in self.model.links if link[1] != file}

    async def drop_base(self) -> None:
        base = self.some(self.model.bases)
        if base:
            await self.library.run("DELETE FROM knowledge WHERE id = :base", base=base)
            del self.model.bases[base]
            self.model.links = {link for link in self.model.links if link[0] != base}

    async def merge(self) -> None:
        await self.library.merger.run()


class TestAccess:
    @pytest.mark.parametrize("weight", [0.0, 1.0])
    async def test_holds_through_random_steps(self, library: Library, weight: float) -> None:
        model = Model()
        await library.run("DELETE FROM file")
        await library.run("DELETE FROM knowledge")
        await library.run("DELETE FROM content")
        steps = Steps(library, model, seed=int(weight) + 11)
        for number in range(STEPS):
            await steps.step()
            if number % 5 == 0:
                user = USERS[number // 5 % len(USERS)]
                hits = await library.find(
                    "shared words text",
                    bases=sorted(model.bases),
                    files=sorted(model.files),
                    user=user,
                    groups=GROUPS[user],
                    k=500,
                    candidates=1_000,
                    lexical_weight=weight,
                )
                assert {hit.file_id for hit in hits} == model.found(user)

    async def test_the_counts_of_links_are_those_of_the_rows(self, library: Library) -> None:
        wrong = await library.run("""
            SELECT kept.knowledge_id, kept.content_id, kept.links, counted.links
            FROM knowledge_content AS kept FULL JOIN (
                SELECT knowledge_id, content_id, count(*) AS links
                FROM knowledge_file JOIN file ON file.id = file_id GROUP BY 1, 2
            ) AS counted ON (counted.knowledge_id, counted.content_id) = (kept.knowledge_id, kept.content_id)
            WHERE coalesce(kept.links, 0) <> coalesce(counted.links, 0)
        """)
        assert wrong == []
