"""What people store about themselves, over gRPC."""

import json

import pytest
from owui.auth.v1 import preference_service_pb2 as pb
from owui_chassis.errors import Invalid


async def save(auth, credential, settings):
    """Save settings; return them as they are then."""
    raw = settings if isinstance(settings, bytes) else json.dumps(settings).encode()
    request = pb.UpdateUserSettingsRequest(settings=raw)
    return json.loads((await auth.call(auth.preferences.UpdateUserSettings, request, credential)).settings)


class TestSettings:
    async def test_are_absent_until_saved(self, auth, people):
        person = await people.add()
        answer = await auth.call(auth.preferences.GetUserSettings, pb.GetUserSettingsRequest(), person.token)
        assert not answer.HasField("settings")

    async def test_are_merged_by_their_top_level_keys(self, auth, people):
        token = (await people.add()).token
        await save(auth, token, {"ui": {"theme": "dark", "☃": [1, 2.5, None, True]}, "other": 1})
        assert await save(auth, token, {"ui": {"theme": "light"}}) == {"ui": {"theme": "light"}, "other": 1}
        assert await save(auth, token, {"more": "x"}) == {"ui": {"theme": "light"}, "other": 1, "more": "x"}

    async def test_have_a_ui_part_whatever_was_saved(self, auth, people):
        assert await save(auth, (await people.add()).token, {"other": 1}) == {"ui": {}, "other": 1}

    async def test_tool_servers_need_the_permission(self, auth, admin, people):
        settings = {"ui": {"toolServers": [{"url": "https://x"}], "theme": "dark"}}
        assert await save(auth, (await people.add()).token, settings) == {"ui": {"theme": "dark"}}
        assert await save(auth, admin, settings) == settings

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"[]",
            b"null",
            b"{",
            b'{"ui": NaN}',
            b'{"ui": {"a": "\\u0000"}}',
            b'{"\xff": 1}',
            b'{"a": "\\ud800"}',
            b'{"a": "' + b"x" * 2_000_000 + b'"}',
            b'{"a":' * 5000 + b"1" + b"}" * 5000,
        ],
    )
    async def test_what_is_no_object_is_refused(self, auth, people, raw):
        with pytest.raises(Invalid):
            await save(auth, (await people.add()).token, raw)

    async def test_cannot_grow_without_bound(self, auth, people):
        token = (await people.add()).token
        for part in ("one", "two"):
            await save(auth, token, {part: "x" * 900_000})
        with pytest.raises(Invalid):
            await save(auth, token, {"three": "x" * 900_000})


class TestInfo:
    async def test_is_merged(self, auth, people):
        token = (await people.add()).token
        assert not (
            await auth.call(auth.preferences.GetUserFreeInfo, pb.GetUserFreeInfoRequest(), token)
        ).HasField("info")
        for change in ({"location": "Rome"}, {"a": 1}):
            request = pb.UpdateUserFreeInfoRequest(info=json.dumps(change).encode())
            answer = await auth.call(auth.preferences.UpdateUserFreeInfo, request, token)
        assert json.loads(answer.info) == {"location": "Rome", "a": 1}


class TestStatus:
    async def test_is_set_and_cleared(self, auth, people):
        token = (await people.add()).token
        request = pb.UpdateUserStatusRequest(
            status_emoji="🌴", status_message="Away", status_expires_at=2**40
        )
        user = (await auth.call(auth.preferences.UpdateUserStatus, request, token)).user
        assert (user.status_emoji, user.status_message, user.status_expires_at) == ("🌴", "Away", 2**40)
        user = (await auth.call(auth.preferences.UpdateUserStatus, pb.UpdateUserStatusRequest(), token)).user
        assert not user.HasField("status_message")
        user = (await auth.call(auth.preferences.GetUserStatus, pb.GetUserStatusRequest(), token)).user
        assert not user.HasField("status_expires_at")

    @pytest.mark.parametrize("change", [{"status_expires_at": -1}, {"status_message": "x" * 1000}])
    async def test_senseless_values_are_refused(self, auth, people, change):
        with pytest.raises(Invalid):
            await auth.call(
                auth.preferences.UpdateUserStatus,
                pb.UpdateUserStatusRequest(**change),
                (await people.add()).token,
            )
