"""The settings of the rag service; the only reader of its environment."""

from owui_chassis.settings import ServiceSettings

from owui_rag.settings_of.drives import DriveSettings
from owui_rag.settings_of.embedding import EmbeddingSettings
from owui_rag.settings_of.extraction import ExtractionSettings
from owui_rag.settings_of.files import FileSettings
from owui_rag.settings_of.ingestion import IngestionSettings
from owui_rag.settings_of.retrieval import RetrievalSettings
from owui_rag.settings_of.storage import StorageSettings
from owui_rag.settings_of.upkeep import UpkeepSettings
from owui_rag.settings_of.web import WebSettings


class RagSettings(
    FileSettings,
    StorageSettings,
    ExtractionSettings,
    IngestionSettings,
    EmbeddingSettings,
    RetrievalSettings,
    WebSettings,
    DriveSettings,
    UpkeepSettings,
    ServiceSettings,
):
    """Everything about files, their reading, their index and the web."""

    prefix = "RAG_"
