"""The methods of owui.rag.v1.RetrievalService that read and change settings."""

from typing import Any

from owui.rag.v1 import retrieval_config_pb2 as config_pb
from owui.rag.v1 import retrieval_service_pb2 as pb

from owui_rag.rpc.callers import require_admin
from owui_rag.rpc.setting_fields import Live, SettingFields, change

# Where address, key and version of an engine are kept.
_ENGINES = {
    "openai_config": ("openai_embedding_url", "openai_embedding_key", None),
    "ollama_config": ("ollama_embedding_url", "ollama_embedding_key", None),
    "azure_openai_config": ("azure_embedding_url", "azure_embedding_key", "azure_embedding_version"),
}


class Configuration:
    """For administrators; a change reaches all replicas."""

    def __init__(self, live: Live) -> None:
        self._live = live
        declared = live.settings.declared
        self._config = SettingFields(config_pb.RetrievalConfig.DESCRIPTOR, declared)
        self._web = SettingFields(config_pb.WebConfig.DESCRIPTOR, declared)
        self._embedding = SettingFields(pb.EmbeddingConfig.DESCRIPTOR, declared)
        self._status = SettingFields(pb.GetStatusResponse.DESCRIPTOR, declared)

    def status(self) -> pb.GetStatusResponse:
        """Tell what is in use."""
        answer = pb.GetStatusResponse(status=True)
        self._status.fill(answer, self._live)
        return answer

    def retrieval(self) -> config_pb.RetrievalConfig:
        """Return the settings of reading, searching and the web."""
        require_admin()
        config = config_pb.RetrievalConfig(status=True)
        self._config.fill(config, self._live)
        config.web.SetInParent()
        self._web.fill(config.web, self._live)
        return config

    async def change_retrieval(self, config: config_pb.RetrievalConfig) -> config_pb.RetrievalConfig:
        """Change those settings that are given."""
        principal = require_admin()
        values = dict(self._config.changes(config)) | dict(self._web.changes(config.web))
        await change(self._live, values, principal.user_id)
        return self.retrieval()

    def embedding(self) -> pb.EmbeddingConfig:
        """Return what turns texts into vectors."""
        require_admin()
        config = pb.EmbeddingConfig(status=True)
        self._embedding.fill(config, self._live)
        for name, (url, key, version) in _ENGINES.items():
            engine = getattr(config, name)
            engine.url, engine.key = getattr(self._live, url), getattr(self._live, key)
            if version:
                engine.version = getattr(self._live, version)
        return config

    async def change_embedding(self, config: pb.EmbeddingConfig) -> pb.EmbeddingConfig:
        """Change what turns texts into vectors, as far as it is given."""
        principal = require_admin()
        values: dict[str, Any] = dict(self._embedding.changes(config))
        for name, (url, key, version) in _ENGINES.items():
            if config.HasField(name):
                engine = getattr(config, name)
                values |= {url: engine.url, key: engine.key}
                if version and engine.HasField("version"):
                    values[version] = engine.version
        await change(self._live, values, principal.user_id)
        return self.embedding()
