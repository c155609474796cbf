"""What a person does with documents: uploads, bases, questions, and waiting until files are read."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from .rest import Answer, Rest

SETTLED = {"completed", "failed"}
PRIVATE: dict[str, Any] = {}
READ_SECONDS = 120.0


def readers(*user_ids: str, groups: tuple[str, ...] = (), write: bool = False) -> dict[str, Any]:
    """An access control for these people and groups."""
    grant = {"user_ids": list(user_ids), "group_ids": list(groups)}
    return {"read": grant, "write": grant if write else {"user_ids": [], "group_ids": []}}


@dataclass
class Library:
    """The files and bases of the caller behind `rest`."""

    rest: Rest

    async def try_upload(
        self,
        name: str,
        content: Any,
        content_type: str = "text/plain",
        metadata: str | None = None,
        **query: str,
    ) -> Answer:
        """Send a file as a form; return whatever comes back."""
        form = aiohttp.FormData()
        if metadata is not None:
            form.add_field("metadata", metadata)
        form.add_field("file", content, filename=name, content_type=content_type)
        return await self.rest.call("POST", "/api/v1/files/", data=form, params=query)

    async def upload(self, name: str, content: Any, content_type: str = "text/plain", **query: str) -> str:
        """Send a file that has to be taken; return its id."""
        answer = await self.try_upload(name, content, content_type, **query)
        assert answer.status == 200, answer
        file_id: str = answer.json["id"]
        return file_id

    async def status(self, file_id: str) -> dict[str, Any]:
        """How far the reading of a file is."""
        found: dict[str, Any] = await self.rest.fetch(f"/api/v1/files/{file_id}/process/status")
        return found

    async def settled(self, *file_ids: str, seconds: float = READ_SECONDS) -> list[dict[str, Any]]:
        """Wait until files are read or have failed; answers that fail meanwhile are asked for again."""

        async def one(file_id: str) -> dict[str, Any]:
            while True:
                try:
                    answer = await self.rest.get(f"/api/v1/files/{file_id}/process/status")
                except (aiohttp.ClientError, OSError):
                    answer = None
                if answer is not None and answer.status == 200 and answer.json["status"] in SETTLED:
                    found: dict[str, Any] = answer.json
                    return found
                await asyncio.sleep(0.2)

        async with asyncio.timeout(seconds):
            return list(await asyncio.gather(*map(one, file_ids)))

    async def read(self, name: str, content: Any, content_type: str = "text/plain", **query: str) -> str:
        """Upload a file that has to be read completely; return its id."""
        file_id = await self.upload(name, content, content_type, **query)
        [state] = await self.settled(file_id)
        assert state["status"] == "completed", state
        return file_id

    async def events(self, file_id: str) -> list[dict[str, Any]]:
        """Follow the reading of a file to its end as a stream of events."""
        url = f"{self.rest.base_url}/api/v1/files/{file_id}/process/status?stream=true"
        headers = {"Authorization": f"Bearer {self.rest.token}"}
        async with self.rest.http.get(url, headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            text = (await response.read()).decode()
        return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]

    async def base(self, name: str, access: dict[str, Any] | None = None) -> str:
        """Make a knowledge base, private unless `access` says otherwise; return its id."""
        form = {"name": name, "description": f"About {name}", "access_control": access or PRIVATE}
        base_id: str = (await self.rest.send("/api/v1/knowledge/create", form))["id"]
        return base_id

    async def add(self, base_id: str, *file_ids: str) -> None:
        """Put files into a base."""
        items = [{"file_id": file_id} for file_id in file_ids]
        await self.rest.send(f"/api/v1/knowledge/{base_id}/files/batch/add", items)

    async def ask(self, query: str, *collections: str, **more: Any) -> Answer:
        """Ask collections a question."""
        body = {"collection_names": list(collections), "query": query, **more}
        return await self.rest.post("/api/v1/retrieval/query/collection", body)

    async def find(self, query: str, *collections: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
        """Ask collections a question; return the passages with what is known about each."""
        answer = await self.ask(query, *collections, **more)
        assert answer.status == 200, answer
        found = answer.json
        return list(zip(found["documents"][0], found["metadatas"][0], strict=True))
