"""Uploads that two requests finish at the same time; what the stores say in between is told by hand."""

from types import SimpleNamespace
from typing import Any

from owui_chassis.access_control import Caller
from owui_chassis.background import Background
from owui_rag.domain.quotas import Quota
from owui_rag.usecases.direct_upload import DirectUploads, Promise

ADA = Caller(user_id="ada")
ROW: Any = SimpleNamespace(id="f", user_id="ada")
PROMISE = Promise(user_id="ada", name="a.txt", size=1, content_type="text/plain")


class Between:
    """Files, promises and bytes: the other request ends after the first look for the file."""

    def __init__(self, promise: Promise | None) -> None:
        self.promise = promise
        self.looks = 0
        self.released: list[bool] = []
        self.deleted: list[str] = []

    async def read(self, _: Caller, __: str) -> Any:
        self.looks += 1
        return ROW if self.looks > 1 else None

    async def get(self, _: str) -> Promise | None:
        return self.promise

    async def claim(self, _: str) -> bool:
        return True

    async def release(self, _: str, *, redeemed: bool) -> None:
        self.released.append(redeemed)

    async def delete(self, keys: list[str]) -> None:
        self.deleted += keys


class NothingComes:
    """Bytes that are gone, since the other request has taken them over."""

    async def run(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("taken over twice")


def uploads(stores: Any) -> DirectUploads:
    receive: Any = NothingComes()
    blobs = SimpleNamespace(read=lambda key: None, delete=stores.delete)
    return DirectUploads(blobs, stores, stores, receive, Background())  # type: ignore[arg-type]  # fakes


class TestFinish:
    async def test_of_a_promise_that_was_just_redeemed_gives_the_file(self) -> None:
        assert await uploads(Between(None)).finish(ADA, Quota(), "f") is ROW

    async def test_of_a_claim_that_was_just_released_gives_the_file(self) -> None:
        stores = Between(PROMISE)
        assert await uploads(stores).finish(ADA, Quota(), "f") is ROW
        assert stores.released == [True]
