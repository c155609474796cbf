"""The lists that providers gave last."""

from owui_model_proxy.adapters.known_lists import MAXIMUM_KEPT_BYTES, PostgresKnownLists


class TestKnownLists:
    async def test_are_kept_replaced_and_forgotten(self, database):
        lists = PostgresKnownLists(database)
        await lists.save("openai http://a", b"\x00\xff1")
        await lists.save("openai http://a", b"\x00\xff2")
        await lists.save("openai http://b", b"b")
        assert await lists.load() == {"openai http://a": b"\x00\xff2", "openai http://b": b"b"}
        await lists.forget_others(["openai http://b"])
        assert await lists.load() == {"openai http://b": b"b"}
        await lists.forget_others([])
        assert await lists.load() == {}

    async def test_one_that_is_too_large_is_left_out(self, database):
        lists = PostgresKnownLists(database)
        await lists.save("openai http://c", b"x" * (MAXIMUM_KEPT_BYTES + 1))
        assert await lists.load() == {}
