"""The settings of retrieval as administrators read and change them."""

import json

import pytest
from owui.options.v1 import options_pb2
from owui.rag.v1 import public_config_service_pb2 as config_service_pb
from owui.rag.v1 import retrieval_config_pb2 as config_pb
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceStub
from owui_chassis.errors import Forbidden, Invalid


async def read(world, root):
    # The replicas of other tests share the table.
    await world.parts.live.reload()
    request = pb.GetRetrievalConfigRequest()
    return (await world.call(root, world.retrieval.GetRetrievalConfig, request)).config


async def change(world, root, **values):
    config = config_pb.RetrievalConfig(**values)
    request = pb.UpdateRetrievalConfigRequest(config=config)
    return (await world.call(root, world.retrieval.UpdateRetrievalConfig, request)).config


class TestConfig:
    async def test_is_for_administrators(self, world, new_person):
        ada = new_person()
        with pytest.raises(Forbidden):
            await read(world, ada)
        with pytest.raises(Forbidden):
            await change(world, ada, chunk_size=10)
        with pytest.raises(Forbidden):
            await world.call(ada, world.retrieval.GetEmbeddingConfig, pb.GetEmbeddingConfigRequest())
        with pytest.raises(Forbidden):
            await world.call(ada, world.retrieval.ResetIndex, pb.ResetIndexRequest())
        with pytest.raises(Forbidden):
            await world.call(ada, world.retrieval.ResetUploads, pb.ResetUploadsRequest())

    async def test_changes_only_what_is_given(self, start, new_person):
        world, root = await start(), new_person("admin")
        before = await read(world, root)
        assert before.status
        changed = await change(
            world,
            root,
            chunk_size=512,
            file_max_size=b"7",
            allowed_file_extensions=b'["txt", "md"]',
            mineru_api_timeout="12.5",
            web=config_pb.WebConfig(
                web_search_result_count=9, web_search_domain_filter_list=b'["example.org"]'
            ),
        )
        assert (changed.chunk_size, changed.file_max_size) == (512, b"7")
        assert json.loads(changed.allowed_file_extensions) == ["txt", "md"]
        assert changed.mineru_api_timeout == "12.5"
        assert changed.web.web_search_result_count == 9
        assert json.loads(changed.web.web_search_domain_filter_list) == ["example.org"]
        assert changed.chunk_overlap == before.chunk_overlap
        assert changed.web.web_search_engine == before.web.web_search_engine
        assert world.parts.live.file_max_size == 7
        with pytest.raises(Invalid, match="allowed"):
            await world.upload(new_person(), b"x", "a.pdf")
        again = await change(world, root, allowed_file_extensions=b"[]", web=config_pb.WebConfig())
        assert json.loads(again.allowed_file_extensions) == []
        assert (again.chunk_size, again.web.web_search_result_count) == (512, 9)

    async def test_takes_a_limit_away_that_is_null(self, start, new_person):
        world, root = await start(), new_person("admin")
        await change(world, root, file_max_size=b"7", file_max_count=b"3")
        changed = await change(world, root, file_max_size=b"null")
        assert (changed.file_max_size, changed.file_max_count) == (b"null", b"3")
        assert world.parts.live.file_max_size is None

    async def test_reaches_other_replicas(self, start, new_person):
        one, root = await start(REDIS_KEY_PREFIX="two-replicas"), new_person("admin")
        other = await start(REDIS_KEY_PREFIX="two-replicas")
        await change(one, root, chunk_size=321)
        await other.parts.live.reload()
        assert (await read(other, root)).chunk_size == 321

    @pytest.mark.parametrize(
        "values",
        [
            {"file_max_size": b"-1"},
            {"file_max_size": b'"many"'},
            {"mineru_api_timeout": "soon"},
            {"allowed_file_extensions": b'{"a": 1}'},
            {"allowed_file_extensions": b"[1]"},
        ],
    )
    async def test_refuses_nonsense_whole(self, world, new_person, values):
        root = new_person("admin")
        before = await read(world, root)
        with pytest.raises(Invalid):
            await change(world, root, chunk_overlap=before.chunk_overlap + 1, **values)
        assert await read(world, root) == before

    async def test_takes_its_own_answer_back(self, world, new_person):
        root = new_person("admin")
        before = await read(world, root)
        request = pb.UpdateRetrievalConfigRequest(config=before)
        answer = await world.call(root, world.retrieval.UpdateRetrievalConfig, request)
        assert str(answer.config).splitlines() == str(before).splitlines()

    async def test_tells_everybody_what_clients_offer(self, start, new_person):
        world, root = await start(ONEDRIVE_CLIENT_ID="azure-client"), new_person("admin")
        public = await self.public(world)
        assert not public.HasField("google_drive")
        assert not public.HasField("onedrive")
        await change(world, root, enable_google_drive_integration=True, enable_onedrive_integration=True)
        public = await self.public(world)
        assert public.google_drive == config_service_pb.GoogleDriveConfig()
        assert public.onedrive == config_service_pb.OneDriveConfig(
            personal=True,
            business=True,
            client_id_personal="azure-client",
            client_id_business="azure-client",
        )
        await change(world, root, enable_google_drive_integration=False, enable_onedrive_integration=False)

    async def public(self, world):
        return await PublicConfigServiceStub(world.channel).GetPublicConfig(
            config_service_pb.GetPublicConfigRequest()
        )

    def test_has_the_names_of_the_interface(self):
        for message in (config_pb.RetrievalConfig, config_pb.WebConfig):
            for field in message.DESCRIPTOR.fields:
                wire = field.GetOptions().Extensions[options_pb2.wire_name]
                assert wire.lower() == field.name or field.name in {"status", "web"}


class TestEmbedding:
    async def test_shows_and_changes_the_engine(self, start, new_person):
        world, root = await start(), new_person("admin")
        get = pb.GetEmbeddingConfigRequest()
        before = (await world.call(root, world.retrieval.GetEmbeddingConfig, get)).config
        assert before.status
        assert before.rag_embedding_batch_size >= 1
        config = pb.EmbeddingConfig(
            rag_embedding_engine="openai",
            rag_embedding_model="text-embedding-3-small",
            openai_config=pb.EngineConnection(url="https://embed.example.org/v1", key="sk-1"),
        )
        request = pb.UpdateEmbeddingConfigRequest(config=config)
        after = (await world.call(root, world.retrieval.UpdateEmbeddingConfig, request)).config
        assert (after.rag_embedding_engine, after.openai_config.key) == ("openai", "sk-1")
        assert after.rag_embedding_batch_size == before.rag_embedding_batch_size
        assert after.azure_openai_config == before.azure_openai_config
        status = await world.call(new_person(), world.retrieval.GetStatus, pb.GetStatusRequest())
        assert (status.status, status.rag_embedding_model) == (True, "text-embedding-3-small")
        # Keys are not readable in the database.
        assert await world.count("setting", "value::text LIKE '%sk-1%'") == 0
