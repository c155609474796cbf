"""The workspace: making, changing, listing and removing models, and who may."""

import base64
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import model_service_pb2 as pb
from owui_chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound
from owui_chassis.identity import Principal

BUILDER = Principal(user_id="eve", role="user", permissions=frozenset({"workspace.models"}))
WRITER = Principal(user_id="wim", role="user")
WRITABLE = b'{"read":{"user_ids":["wim"]},"write":{"user_ids":["wim"]}}'


@pytest.fixture
async def shelf(desk: Any, provider: Any) -> Any:
    """A desk with a provider whose small model is open and whose large one is closed."""
    await desk.connect(provider.url)
    await desk.open_model("gpt-small")
    return desk


class TestCreate:
    async def test_keeps_what_was_sent(self, shelf):
        meta = {"description": "für alle", "n": 12345678901234567}
        made = await shelf.open_model(
            "tutor", name="Tutor", base_model_id="gpt-small", meta=orjson.dumps(meta), access_control=b"{}"
        )
        with shelf.world.by(shelf.world.admin):
            read = (await shelf.world.models.ReadModel(pb.ReadModelRequest(id="tutor"))).model
        assert read == made
        assert (read.user_id, read.base_model_id, read.is_active) == ("root", "gpt-small", True)
        assert orjson.loads(read.meta) == meta
        assert (read.access_control, read.params) == (b"{}", b"{}")
        assert read.created_at == read.updated_at > 1_700_000_000

    async def test_needs_the_permission(self, shelf):
        with pytest.raises(Forbidden):
            await shelf.open_model("mine", base_model_id="gpt-small", by=WRITER)

    async def test_refuses_an_identifier_that_is_taken(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-small")
        for taken in ("tutor", "gpt-large"):
            with pytest.raises(AlreadyExists):
                await shelf.open_model(taken, base_model_id="gpt-small")

    async def test_lets_only_administrators_open_a_provider_s_model(self, shelf):
        with pytest.raises(Forbidden):
            await shelf.open_model("gpt-large", by=BUILDER)
        assert await shelf.ids(BUILDER) == ["gpt-small"]

    @pytest.mark.parametrize(
        "form",
        [
            {"model_id": ""},
            {"model_id": "x" * 257},
            {"model_id": "m", "name": " "},
            {"model_id": "m", "params": b"[]"},
            {"model_id": "m", "meta": b"{"},
            {"model_id": "m", "access_control": b"[]"},
            {"model_id": "m", "access_control": b'{"read":{"user_ids":"ada"}}'},
            {"model_id": "m", "meta": b'{"text":"\\u0000"}'},
            {"model_id": "m", "base_model_id": "m"},
        ],
    )
    async def test_refuses_what_makes_no_sense_and_writes_nothing(self, shelf, form):
        before = await shelf.ids()
        with pytest.raises(Invalid):
            await shelf.open_model(**form)
        assert await shelf.ids() == before


class TestUpdate:
    async def update(self, shelf: Any, by: Principal, **form: Any) -> Any:
        form = {
            "id": "tutor",
            "name": "Changed",
            "base_model_id": "gpt-small",
            "access_control": WRITABLE,
            **form,
        }
        with shelf.world.by(by):
            return (await shelf.world.models.UpdateModel(pb.UpdateModelRequest(**form))).model

    async def test_changes_for_whom_may_write(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-small", access_control=WRITABLE)
        changed = await self.update(shelf, WRITER, params=b'{"top_p":1}')
        assert (changed.name, changed.params, changed.user_id) == ("Changed", b'{"top_p":1}', "root")

    async def test_refuses_a_reader_and_does_not_show_the_model_to_strangers(self, shelf):
        await shelf.open_model(
            "tutor", base_model_id="gpt-small", access_control=b'{"read":{"user_ids":["eve"]}}'
        )
        with pytest.raises(Forbidden):
            await self.update(shelf, BUILDER)
        with pytest.raises(NotFound):
            await self.update(shelf, WRITER)
        await shelf.open_model("public", base_model_id="gpt-small")
        with pytest.raises(Forbidden):
            await self.update(shelf, WRITER, id="public")

    async def test_does_not_let_a_writer_move_a_model_to_a_closed_base(self, shelf, question, provider):
        provider.says("POST /v1/chat/completions", b"{}")
        await shelf.open_model("tutor", base_model_id="gpt-small", access_control=WRITABLE)
        with pytest.raises(NotFound):
            await self.update(shelf, WRITER, base_model_id="gpt-large")
        with pytest.raises(Forbidden):
            await self.update(shelf, WRITER, base_model_id=None)
        await shelf.ask(question("tutor"), WRITER)
        assert provider.asked("/v1/chat/completions")[0].json["model"] == "gpt-small"

    async def test_keeps_lending_the_base_while_that_stays(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-large", access_control=WRITABLE)
        await self.update(shelf, WRITER, base_model_id="gpt-large")
        assert "tutor" in await shelf.ids(WRITER)

    async def test_does_not_know_what_is_not_there(self, shelf):
        with pytest.raises(NotFound):
            await self.update(shelf, shelf.world.admin, id="nothing")


class TestToggleAndDelete:
    async def test_switch_off_and_on_and_remove(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-small", access_control=WRITABLE)
        with shelf.world.by(WRITER):
            toggled = await shelf.world.models.ToggleModel(pb.ToggleModelRequest(id="tutor"))
        assert toggled.model.is_active is False
        assert "tutor" not in await shelf.ids()
        with shelf.world.by(WRITER):
            await shelf.world.models.ToggleModel(pb.ToggleModelRequest(id="tutor"))
            assert "tutor" in await shelf.ids(WRITER)
            assert (await shelf.world.models.DeleteModel(pb.DeleteModelRequest(id="tutor"))).deleted
            with pytest.raises(NotFound):
                await shelf.world.models.ReadModel(pb.ReadModelRequest(id="tutor"))

    async def test_are_not_for_others(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-small")
        with shelf.world.by(WRITER):
            with pytest.raises(Forbidden):
                await shelf.world.models.ToggleModel(pb.ToggleModelRequest(id="tutor"))
            with pytest.raises(Forbidden):
                await shelf.world.models.DeleteModel(pb.DeleteModelRequest(id="tutor"))
            for method in ("DeleteAllModels", "SyncModels", "ListModelOverrides"):
                with pytest.raises(Forbidden):
                    await getattr(shelf.world.models, method)(getattr(pb, f"{method}Request")())
        assert "tutor" in await shelf.ids(WRITER)


class TestLists:
    async def test_show_what_the_caller_may_read(self, shelf):
        tags = orjson.dumps({"tags": [{"name": "math"}]})
        await shelf.open_model("open", base_model_id="gpt-small", meta=tags)
        await shelf.open_model("closed", base_model_id="gpt-small", access_control=b"{}")
        with shelf.world.by(WRITER):
            page = await shelf.world.models.ListWorkspaceModels(pb.ListWorkspaceModelsRequest())
            found = await shelf.world.models.ListModelTags(pb.ListModelTagsRequest())
        assert ([row.id for row in page.items], page.total, list(found.items)) == (["open"], 1, ["math"])
        with shelf.world.by(shelf.world.admin):
            overrides = await shelf.world.models.ListModelOverrides(pb.ListModelOverridesRequest())
        assert [row.id for row in overrides.items] == ["gpt-small"]


class TestTakingInAndOut:
    async def test_what_is_exported_can_be_imported(self, shelf):
        await shelf.open_model("tutor", base_model_id="gpt-small", params=b'{"system":"x"}')
        with shelf.world.by(shelf.world.admin):
            exported = (await shelf.world.models.ExportModels(pb.ExportModelsRequest())).items
            rows = [
                {
                    "id": row.id,
                    "name": row.name,
                    "base_model_id": row.base_model_id,
                    "unknown": 1,
                    "params": orjson.loads(row.params),
                    "meta": {},
                }
                for row in exported
            ]
            await shelf.world.models.DeleteModel(pb.DeleteModelRequest(id="tutor"))
            await shelf.world.models.ImportModels(pb.ImportModelsRequest(models=orjson.dumps(rows)))
        assert "tutor" in await shelf.ids()

    async def test_an_import_is_all_or_nothing(self, shelf):
        importer = Principal(user_id="eve", role="user", permissions=frozenset({"workspace.models_import"}))
        rows = [
            {"id": "good", "name": "g", "base_model_id": "gpt-small"},
            {"id": "bad", "name": "b", "base_model_id": "gpt-large"},
        ]
        with shelf.world.by(importer), pytest.raises(NotFound):
            await shelf.world.models.ImportModels(pb.ImportModelsRequest(models=orjson.dumps(rows)))
        assert "good" not in await shelf.ids()

    async def test_a_sync_leaves_exactly_what_is_given(self, shelf):
        await shelf.open_model("old", base_model_id="gpt-small")
        rows = [{"id": "new", "name": "n", "base_model_id": "gpt-small"}]
        with shelf.world.by(shelf.world.admin):
            kept = await shelf.world.models.SyncModels(pb.SyncModelsRequest(models=orjson.dumps(rows)))
        assert [row.id for row in kept.items] == ["new"]

    @pytest.mark.parametrize(
        "models",
        [
            b"{}",
            b"[1]",
            b'[{"id":1}]',
            b"[",
            b'[{"id":"x"}]',
            b'[{"id":"x","name":"x","meta":{"n":' + b"9" * 40 + b"}}]",
        ],
    )
    async def test_rows_that_make_no_sense_are_invalid(self, shelf, models):
        with shelf.world.by(shelf.world.admin), pytest.raises(Invalid):
            await shelf.world.models.ImportModels(pb.ImportModelsRequest(models=models))


class TestImage:
    async def image(self, shelf: Any, model_id: str, by: Principal = WRITER) -> Any:
        with shelf.world.by(by):
            return (await shelf.world.models.GetModelImage(pb.GetModelImageRequest(id=model_id))).image

    @pytest.mark.parametrize(
        ("url", "served"),
        [
            ("data:image/png;base64," + base64.b64encode(b"\x89PNG").decode(), ("image/png", b"\x89PNG")),
            ("data:image/svg+xml;base64,PHNjcmlwdD4=", None),
            ("data:text/html;base64,PHNjcmlwdD4=", None),
            ("data:image/png;base64,???", None),
            ("https://evil.example/x.png", None),
            (7, None),
        ],
    )
    async def test_serves_only_pictures_that_are_stored_and_harmless(self, shelf, url, served):
        await shelf.open_model(
            "m", name="<b>", base_model_id="gpt-small", meta=orjson.dumps({"profile_image_url": url})
        )
        image = await self.image(shelf, "m")
        if served:
            assert (image.content_type, image.data) == served
        else:
            assert image.content_type == "image/svg+xml"
            assert b"&lt;</text>" in image.data
            assert b"script" not in image.data

    async def test_does_not_show_the_picture_of_a_closed_model(self, shelf):
        meta = orjson.dumps({"profile_image_url": "data:image/png;base64,aGk="})
        await shelf.open_model("hidden", name="Z", base_model_id="gpt-small", meta=meta, access_control=b"{}")
        image = await self.image(shelf, "hidden")
        assert image.content_type == "image/svg+xml"
        assert b">H</text>" in image.data
