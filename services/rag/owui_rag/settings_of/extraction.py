"""How documents are read and cut."""

from owui_chassis.settings import Settings, setting

from owui_rag.settings_of.extraction_engines import ExtractionEngineSettings


class ExtractionSettings(ExtractionEngineSettings, Settings):
    """How documents are read and cut."""

    pdf_extract_images: bool = setting(
        "PDF_EXTRACT_IMAGES",
        False,
        "Whether text in the pictures of a PDF is recognised too, where text recognition is installed.",
        persistent="rag.pdf_extract_images",
    )
    extraction_seconds: float = setting(
        "RAG_EXTRACTION_SECONDS",
        120.0,
        "How long reading one document on this machine may take, in seconds of the clock and of a processor.",
    )
    extraction_memory_mb: int = setting(
        "RAG_EXTRACTION_MEMORY_MB", 1024, "How much memory the process that reads one document may take."
    )
    extraction_max_characters: int = setting(
        "RAG_EXTRACTION_MAX_CHARACTERS", 20_000_000, "How much text one document may have."
    )
    extraction_max_cells: int = setting(
        "RAG_EXTRACTION_MAX_CELLS", 500_000, "How many cells a workbook may have."
    )
    extraction_max_unpacked_mb: int = setting(
        "RAG_EXTRACTION_MAX_UNPACKED_MB", 512, "How much a document that is an archive may unpack to."
    )
    extraction_ocr_pages: int = setting(
        "RAG_EXTRACTION_OCR_PAGES", 100, "How many pages of one document are recognised from their picture."
    )
    extraction_processes: int = setting(
        "RAG_EXTRACTION_PROCESSES", 4, "How many documents one worker reads at a time."
    )
    text_splitter: str = setting(
        "RAG_TEXT_SPLITTER",
        "",
        "How texts are cut: empty or character (structure, then sentences, then words), token (the same, "
        "CHUNK_SIZE in tokens), markdown_header (never over a heading).",
        persistent="rag.text_splitter",
    )
    # 1,000 characters of English are at most 256 tokens, which the built-in embedding model reads whole.
    # Measured with it on Cranfield (nDCG@10 of vectors alone, share of pieces that it does not read whole):
    # 1000/100 0.376, 0 %; 1100/100 0.378, 0 %; 1250/125 0.384, 1 %; 1500/150 0.379, 11 %; uncut 0.382, 30 %.
    # Differences below 0.02 are chance with 225 questions; dense text such as code has more tokens.
    chunk_size: int = setting(
        "CHUNK_SIZE",
        1000,
        "Size of a piece of text, in characters, or in tokens where RAG_TEXT_SPLITTER is token. Text beyond "
        "what the embedding model reads (the built-in one: 256 tokens) is found by words only.",
        persistent="rag.chunk_size",
    )
    chunk_overlap: int = setting(
        "CHUNK_OVERLAP",
        100,
        "How much of a piece is repeated at the beginning of the next, at most half of it.",
        persistent="rag.chunk_overlap",
    )
    tiktoken_encoding_name: str = setting(
        "TIKTOKEN_ENCODING_NAME",
        "cl100k_base",
        "Encoding that counts tokens where tiktoken is installed and TIKTOKEN_CACHE_DIR has the encoding.",
        persistent="rag.tiktoken_encoding_name",
    )
    tiktoken_cache_dir: str = setting(
        "TIKTOKEN_CACHE_DIR", "", "Folder with encodings of tiktoken; nothing is ever downloaded."
    )
    splitting_tokenizer: str = setting(
        "RAG_TOKENIZER",
        "",
        "Path of a tokenizer.json that counts tokens; empty for the encoding of tiktoken where it is there, "
        "else the tokenizer of the built-in embedding model.",
    )
