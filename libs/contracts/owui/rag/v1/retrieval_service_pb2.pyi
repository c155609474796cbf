from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from owui.rag.v1 import retrieval_config_pb2 as _retrieval_config_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RetrieveRequest(_message.Message):
    __slots__ = ("queries", "knowledge_ids", "file_ids", "k", "full_context", "token_budget", "folders", "threshold", "collections", "loans")
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_IDS_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    FULL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    LOANS_FIELD_NUMBER: _ClassVar[int]
    queries: _containers.RepeatedScalarFieldContainer[str]
    knowledge_ids: _containers.RepeatedScalarFieldContainer[str]
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    k: int
    full_context: bool
    token_budget: int
    folders: _containers.RepeatedScalarFieldContainer[str]
    threshold: float
    collections: _containers.RepeatedScalarFieldContainer[str]
    loans: _containers.RepeatedCompositeFieldContainer[Loan]
    def __init__(self, queries: _Optional[_Iterable[str]] = ..., knowledge_ids: _Optional[_Iterable[str]] = ..., file_ids: _Optional[_Iterable[str]] = ..., k: _Optional[int] = ..., full_context: _Optional[bool] = ..., token_budget: _Optional[int] = ..., folders: _Optional[_Iterable[str]] = ..., threshold: _Optional[float] = ..., collections: _Optional[_Iterable[str]] = ..., loans: _Optional[_Iterable[_Union[Loan, _Mapping]]] = ...) -> None: ...

class Loan(_message.Message):
    __slots__ = ("user_id", "knowledge_ids", "file_ids", "collections")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_IDS_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    knowledge_ids: _containers.RepeatedScalarFieldContainer[str]
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    collections: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, user_id: _Optional[str] = ..., knowledge_ids: _Optional[_Iterable[str]] = ..., file_ids: _Optional[_Iterable[str]] = ..., collections: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckScopeRequest(_message.Message):
    __slots__ = ("knowledge_ids", "file_ids", "collections", "loans")
    KNOWLEDGE_IDS_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    LOANS_FIELD_NUMBER: _ClassVar[int]
    knowledge_ids: _containers.RepeatedScalarFieldContainer[str]
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    collections: _containers.RepeatedScalarFieldContainer[str]
    loans: _containers.RepeatedCompositeFieldContainer[Loan]
    def __init__(self, knowledge_ids: _Optional[_Iterable[str]] = ..., file_ids: _Optional[_Iterable[str]] = ..., collections: _Optional[_Iterable[str]] = ..., loans: _Optional[_Iterable[_Union[Loan, _Mapping]]] = ...) -> None: ...

class CheckScopeResponse(_message.Message):
    __slots__ = ("missing", "full_context", "template", "web_search", "reading", "failed")
    MISSING_FIELD_NUMBER: _ClassVar[int]
    FULL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    WEB_SEARCH_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    missing: _containers.RepeatedScalarFieldContainer[str]
    full_context: bool
    template: str
    web_search: bool
    reading: _containers.RepeatedCompositeFieldContainer[UnreadFile]
    failed: _containers.RepeatedCompositeFieldContainer[UnreadFile]
    def __init__(self, missing: _Optional[_Iterable[str]] = ..., full_context: _Optional[bool] = ..., template: _Optional[str] = ..., web_search: _Optional[bool] = ..., reading: _Optional[_Iterable[_Union[UnreadFile, _Mapping]]] = ..., failed: _Optional[_Iterable[_Union[UnreadFile, _Mapping]]] = ...) -> None: ...

class UnreadFile(_message.Message):
    __slots__ = ("id", "name", "error", "lent")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    LENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    error: str
    lent: bool
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., error: _Optional[str] = ..., lent: _Optional[bool] = ...) -> None: ...

class RetrieveResponse(_message.Message):
    __slots__ = ("passages", "shortened")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SHORTENED_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[Passage]
    shortened: bool
    def __init__(self, passages: _Optional[_Iterable[_Union[Passage, _Mapping]]] = ..., shortened: _Optional[bool] = ...) -> None: ...

class Passage(_message.Message):
    __slots__ = ("file_id", "name", "knowledge_id", "page", "start", "end", "headings", "text", "score", "chunk_id", "tokens", "source", "hash", "user_id")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    HEADINGS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CHUNK_ID_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    name: str
    knowledge_id: str
    page: int
    start: int
    end: int
    headings: _containers.RepeatedScalarFieldContainer[str]
    text: str
    score: float
    chunk_id: int
    tokens: int
    source: str
    hash: str
    user_id: str
    def __init__(self, file_id: _Optional[str] = ..., name: _Optional[str] = ..., knowledge_id: _Optional[str] = ..., page: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., headings: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., score: _Optional[float] = ..., chunk_id: _Optional[int] = ..., tokens: _Optional[int] = ..., source: _Optional[str] = ..., hash: _Optional[str] = ..., user_id: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("status", "chunk_size", "chunk_overlap", "rag_template", "rag_embedding_engine", "rag_embedding_model", "rag_reranking_model", "rag_embedding_batch_size", "enable_async_embedding")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CHUNK_SIZE_FIELD_NUMBER: _ClassVar[int]
    CHUNK_OVERLAP_FIELD_NUMBER: _ClassVar[int]
    RAG_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_ENGINE_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    RAG_RERANKING_MODEL_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    ENABLE_ASYNC_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    status: bool
    chunk_size: int
    chunk_overlap: int
    rag_template: str
    rag_embedding_engine: str
    rag_embedding_model: str
    rag_reranking_model: str
    rag_embedding_batch_size: int
    enable_async_embedding: bool
    def __init__(self, status: _Optional[bool] = ..., chunk_size: _Optional[int] = ..., chunk_overlap: _Optional[int] = ..., rag_template: _Optional[str] = ..., rag_embedding_engine: _Optional[str] = ..., rag_embedding_model: _Optional[str] = ..., rag_reranking_model: _Optional[str] = ..., rag_embedding_batch_size: _Optional[int] = ..., enable_async_embedding: _Optional[bool] = ...) -> None: ...

class EngineConnection(_message.Message):
    __slots__ = ("url", "key", "version")
    URL_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    url: str
    key: str
    version: str
    def __init__(self, url: _Optional[str] = ..., key: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class EmbeddingConfig(_message.Message):
    __slots__ = ("status", "rag_embedding_engine", "rag_embedding_model", "rag_embedding_batch_size", "enable_async_embedding", "openai_config", "ollama_config", "azure_openai_config")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_ENGINE_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    RAG_EMBEDDING_BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    ENABLE_ASYNC_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    OPENAI_CONFIG_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_CONFIG_FIELD_NUMBER: _ClassVar[int]
    AZURE_OPENAI_CONFIG_FIELD_NUMBER: _ClassVar[int]
    status: bool
    rag_embedding_engine: str
    rag_embedding_model: str
    rag_embedding_batch_size: int
    enable_async_embedding: bool
    openai_config: EngineConnection
    ollama_config: EngineConnection
    azure_openai_config: EngineConnection
    def __init__(self, status: _Optional[bool] = ..., rag_embedding_engine: _Optional[str] = ..., rag_embedding_model: _Optional[str] = ..., rag_embedding_batch_size: _Optional[int] = ..., enable_async_embedding: _Optional[bool] = ..., openai_config: _Optional[_Union[EngineConnection, _Mapping]] = ..., ollama_config: _Optional[_Union[EngineConnection, _Mapping]] = ..., azure_openai_config: _Optional[_Union[EngineConnection, _Mapping]] = ...) -> None: ...

class GetEmbeddingConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetEmbeddingConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: EmbeddingConfig
    def __init__(self, config: _Optional[_Union[EmbeddingConfig, _Mapping]] = ...) -> None: ...

class UpdateEmbeddingConfigRequest(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: EmbeddingConfig
    def __init__(self, config: _Optional[_Union[EmbeddingConfig, _Mapping]] = ...) -> None: ...

class UpdateEmbeddingConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: EmbeddingConfig
    def __init__(self, config: _Optional[_Union[EmbeddingConfig, _Mapping]] = ...) -> None: ...

class GetRetrievalConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetRetrievalConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _retrieval_config_pb2.RetrievalConfig
    def __init__(self, config: _Optional[_Union[_retrieval_config_pb2.RetrievalConfig, _Mapping]] = ...) -> None: ...

class UpdateRetrievalConfigRequest(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _retrieval_config_pb2.RetrievalConfig
    def __init__(self, config: _Optional[_Union[_retrieval_config_pb2.RetrievalConfig, _Mapping]] = ...) -> None: ...

class UpdateRetrievalConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _retrieval_config_pb2.RetrievalConfig
    def __init__(self, config: _Optional[_Union[_retrieval_config_pb2.RetrievalConfig, _Mapping]] = ...) -> None: ...

class ProcessFileRequest(_message.Message):
    __slots__ = ("file_id", "content", "collection_name")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    content: str
    collection_name: str
    def __init__(self, file_id: _Optional[str] = ..., content: _Optional[str] = ..., collection_name: _Optional[str] = ...) -> None: ...

class ProcessFileResponse(_message.Message):
    __slots__ = ("status", "collection_name", "filename", "content")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    status: bool
    collection_name: str
    filename: str
    content: str
    def __init__(self, status: _Optional[bool] = ..., collection_name: _Optional[str] = ..., filename: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class ProcessTextRequest(_message.Message):
    __slots__ = ("name", "content", "collection_name")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: str
    collection_name: str
    def __init__(self, name: _Optional[str] = ..., content: _Optional[str] = ..., collection_name: _Optional[str] = ...) -> None: ...

class ProcessTextResponse(_message.Message):
    __slots__ = ("status", "collection_name", "content")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    status: bool
    collection_name: str
    content: str
    def __init__(self, status: _Optional[bool] = ..., collection_name: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class WebForm(_message.Message):
    __slots__ = ("url", "collection_name")
    URL_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    url: str
    collection_name: str
    def __init__(self, url: _Optional[str] = ..., collection_name: _Optional[str] = ...) -> None: ...

class ProcessWebRequest(_message.Message):
    __slots__ = ("process", "form")
    PROCESS_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    process: bool
    form: WebForm
    def __init__(self, process: _Optional[bool] = ..., form: _Optional[_Union[WebForm, _Mapping]] = ...) -> None: ...

class WebFile(_message.Message):
    __slots__ = ("data", "meta")
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    data: WebFileData
    meta: WebFileMeta
    def __init__(self, data: _Optional[_Union[WebFileData, _Mapping]] = ..., meta: _Optional[_Union[WebFileMeta, _Mapping]] = ...) -> None: ...

class WebFileData(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: str
    def __init__(self, content: _Optional[str] = ...) -> None: ...

class WebFileMeta(_message.Message):
    __slots__ = ("name", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    source: str
    def __init__(self, name: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class ProcessWebResponse(_message.Message):
    __slots__ = ("status", "collection_name", "filename", "file", "content")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    status: bool
    collection_name: str
    filename: str
    file: WebFile
    content: str
    def __init__(self, status: _Optional[bool] = ..., collection_name: _Optional[str] = ..., filename: _Optional[str] = ..., file: _Optional[_Union[WebFile, _Mapping]] = ..., content: _Optional[str] = ...) -> None: ...

class ProcessWebSearchRequest(_message.Message):
    __slots__ = ("queries",)
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    queries: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, queries: _Optional[_Iterable[str]] = ...) -> None: ...

class WebSearchItem(_message.Message):
    __slots__ = ("link", "title", "snippet")
    LINK_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    link: str
    title: str
    snippet: str
    def __init__(self, link: _Optional[str] = ..., title: _Optional[str] = ..., snippet: _Optional[str] = ...) -> None: ...

class WebSearchDocument(_message.Message):
    __slots__ = ("content", "metadata")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    content: str
    metadata: bytes
    def __init__(self, content: _Optional[str] = ..., metadata: _Optional[bytes] = ...) -> None: ...

class ProcessWebSearchResponse(_message.Message):
    __slots__ = ("status", "collection_name", "collection_names", "filenames", "items", "docs", "loaded_count")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAMES_FIELD_NUMBER: _ClassVar[int]
    FILENAMES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    DOCS_FIELD_NUMBER: _ClassVar[int]
    LOADED_COUNT_FIELD_NUMBER: _ClassVar[int]
    status: bool
    collection_name: str
    collection_names: _containers.RepeatedScalarFieldContainer[str]
    filenames: _containers.RepeatedScalarFieldContainer[str]
    items: _containers.RepeatedCompositeFieldContainer[WebSearchItem]
    docs: _containers.RepeatedCompositeFieldContainer[WebSearchDocument]
    loaded_count: int
    def __init__(self, status: _Optional[bool] = ..., collection_name: _Optional[str] = ..., collection_names: _Optional[_Iterable[str]] = ..., filenames: _Optional[_Iterable[str]] = ..., items: _Optional[_Iterable[_Union[WebSearchItem, _Mapping]]] = ..., docs: _Optional[_Iterable[_Union[WebSearchDocument, _Mapping]]] = ..., loaded_count: _Optional[int] = ...) -> None: ...

class QueryDocumentRequest(_message.Message):
    __slots__ = ("collection_name", "query", "k", "k_reranker", "r", "hybrid")
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    K_RERANKER_FIELD_NUMBER: _ClassVar[int]
    R_FIELD_NUMBER: _ClassVar[int]
    HYBRID_FIELD_NUMBER: _ClassVar[int]
    collection_name: str
    query: str
    k: int
    k_reranker: int
    r: float
    hybrid: bool
    def __init__(self, collection_name: _Optional[str] = ..., query: _Optional[str] = ..., k: _Optional[int] = ..., k_reranker: _Optional[int] = ..., r: _Optional[float] = ..., hybrid: _Optional[bool] = ...) -> None: ...

class QueryDocumentResponse(_message.Message):
    __slots__ = ("ids", "distances", "documents", "metadatas")
    IDS_FIELD_NUMBER: _ClassVar[int]
    DISTANCES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    METADATAS_FIELD_NUMBER: _ClassVar[int]
    ids: bytes
    distances: bytes
    documents: bytes
    metadatas: bytes
    def __init__(self, ids: _Optional[bytes] = ..., distances: _Optional[bytes] = ..., documents: _Optional[bytes] = ..., metadatas: _Optional[bytes] = ...) -> None: ...

class QueryCollectionsRequest(_message.Message):
    __slots__ = ("collection_names", "query", "k", "k_reranker", "r", "hybrid", "hybrid_bm25_weight", "enable_enriched_texts")
    COLLECTION_NAMES_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    K_RERANKER_FIELD_NUMBER: _ClassVar[int]
    R_FIELD_NUMBER: _ClassVar[int]
    HYBRID_FIELD_NUMBER: _ClassVar[int]
    HYBRID_BM25_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ENABLE_ENRICHED_TEXTS_FIELD_NUMBER: _ClassVar[int]
    collection_names: _containers.RepeatedScalarFieldContainer[str]
    query: str
    k: int
    k_reranker: int
    r: float
    hybrid: bool
    hybrid_bm25_weight: float
    enable_enriched_texts: bool
    def __init__(self, collection_names: _Optional[_Iterable[str]] = ..., query: _Optional[str] = ..., k: _Optional[int] = ..., k_reranker: _Optional[int] = ..., r: _Optional[float] = ..., hybrid: _Optional[bool] = ..., hybrid_bm25_weight: _Optional[float] = ..., enable_enriched_texts: _Optional[bool] = ...) -> None: ...

class QueryCollectionsResponse(_message.Message):
    __slots__ = ("ids", "distances", "documents", "metadatas")
    IDS_FIELD_NUMBER: _ClassVar[int]
    DISTANCES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    METADATAS_FIELD_NUMBER: _ClassVar[int]
    ids: bytes
    distances: bytes
    documents: bytes
    metadatas: bytes
    def __init__(self, ids: _Optional[bytes] = ..., distances: _Optional[bytes] = ..., documents: _Optional[bytes] = ..., metadatas: _Optional[bytes] = ...) -> None: ...

class DeleteFromCollectionRequest(_message.Message):
    __slots__ = ("collection_name", "file_id")
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    collection_name: str
    file_id: str
    def __init__(self, collection_name: _Optional[str] = ..., file_id: _Optional[str] = ...) -> None: ...

class DeleteFromCollectionResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: bool
    def __init__(self, status: _Optional[bool] = ...) -> None: ...

class ResetIndexRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResetIndexResponse(_message.Message):
    __slots__ = ("reset",)
    RESET_FIELD_NUMBER: _ClassVar[int]
    reset: bool
    def __init__(self, reset: _Optional[bool] = ...) -> None: ...

class ResetUploadsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResetUploadsResponse(_message.Message):
    __slots__ = ("reset",)
    RESET_FIELD_NUMBER: _ClassVar[int]
    reset: bool
    def __init__(self, reset: _Optional[bool] = ...) -> None: ...

class EmbedTextRequest(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class EmbedTextResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, result: _Optional[_Iterable[float]] = ...) -> None: ...

class ProcessFilesRequest(_message.Message):
    __slots__ = ("files", "collection_name")
    FILES_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_NAME_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[ProcessFilesItem]
    collection_name: str
    def __init__(self, files: _Optional[_Iterable[_Union[ProcessFilesItem, _Mapping]]] = ..., collection_name: _Optional[str] = ...) -> None: ...

class ProcessFilesItem(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ProcessFilesResponse(_message.Message):
    __slots__ = ("results", "errors")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ProcessFilesResult]
    errors: _containers.RepeatedCompositeFieldContainer[ProcessFilesResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ProcessFilesResult, _Mapping]]] = ..., errors: _Optional[_Iterable[_Union[ProcessFilesResult, _Mapping]]] = ...) -> None: ...

class ProcessFilesResult(_message.Message):
    __slots__ = ("file_id", "status", "error")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    status: str
    error: str
    def __init__(self, file_id: _Optional[str] = ..., status: _Optional[str] = ..., error: _Optional[str] = ...) -> None: ...
