"""How files are taken in."""

from datetime import timedelta

from owui_chassis.settings import Settings, SettingsError, setting

from owui_rag.domain.ingestion import QUEUES


class IngestionSettings(Settings):
    """How files are taken in."""

    ingest_concurrency: int = setting(
        "RAG_INGEST_CONCURRENCY", 4, "Files that one worker reads at the same time."
    )
    ingest_heavy_concurrency: int = setting(
        "RAG_INGEST_HEAVY_CONCURRENCY",
        2,
        "How many of these may be large or slow to read; the rest is kept for small ones.",
    )
    ingest_queues: tuple[str, ...] = setting(
        "RAG_INGEST_QUEUES",
        QUEUES,
        "Queues that a worker serves: light (single small files), bulk (small files of batches), heavy.",
    )
    ingest_light_bytes: int = setting(
        "RAG_INGEST_LIGHT_BYTES", 2_000_000, "Size in bytes up to which a file of a simple type is light."
    )
    ingest_lease: timedelta = setting(
        "RAG_INGEST_LEASE",
        timedelta(seconds=30),
        "Silence of a worker after which the files that it was reading are given to another one.",
    )
    ingest_attempts: int = setting(
        "RAG_INGEST_ATTEMPTS",
        5,
        "How often a file is tried when reading it kills its worker or fails for reasons that may pass.",
    )
    ingest_retry: timedelta = setting(
        "RAG_INGEST_RETRY", timedelta(seconds=10), "Pause before the second attempt; it doubles with each."
    )
    ingest_sweep: timedelta = setting(
        "RAG_INGEST_SWEEP", timedelta(seconds=10), "How often workers look for files whose message was lost."
    )
    ingest_memory_mb: int = setting(
        "RAG_INGEST_MEMORY_MB",
        1500,
        "Resident memory after which a worker ends in good order and begins anew; 0 for never.",
    )
    worker_metrics_port: int = setting(
        "RAG_WORKER_METRICS_PORT", 0, "Port of a worker's Prometheus metrics; 0 for none."
    )

    def check(self) -> None:
        """Raise SettingsError for numbers with which nothing would ever be read."""
        super().check()
        if self.ingest_concurrency < 1 or self.ingest_attempts < 1:
            raise SettingsError("RAG_INGEST_CONCURRENCY and RAG_INGEST_ATTEMPTS are at least 1")
        if not set(self.ingest_queues) <= set(QUEUES) or not self.ingest_queues:
            raise SettingsError(f"RAG_INGEST_QUEUES names some of {', '.join(QUEUES)}")
        if self.ingest_lease.total_seconds() < 1:
            raise SettingsError("RAG_INGEST_LEASE is at least 1s")
