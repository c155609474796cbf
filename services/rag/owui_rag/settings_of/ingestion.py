"""How files are taken in."""

from datetime import timedelta

from owui_chassis.redis_place import RedisPlace
from owui_chassis.settings import SettingsError, setting
from owui_chassis.settings_of.redis import RedisSettings
from redis.asyncio.connection import parse_url

from owui_rag.domain.ingestion import QUEUES


class IngestionSettings(RedisSettings):
    """How files are taken in."""

    broker_url: str = setting(
        ("{prefix}BROKER_URL", "CELERY_BROKER_URL"),
        "",
        "Redis of the queue of files, when it is another one; a cluster cannot be one, as Celery knows none.",
        secret=True,
    )

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

    @property
    def broker(self) -> RedisPlace:
        """Where the queue of files is."""
        return RedisPlace(self.broker_url, trust=self.trust) if self.broker_url else self.redis

    def check(self) -> None:
        """Raise SettingsError for a queue that cannot be, or numbers with which nothing would be read."""
        super().check()
        variable = self.declared["broker_url"].names[0]
        if self.redis_cluster and not self.broker_url:
            raise SettingsError(
                f"{variable} is not set, and with REDIS_CLUSTER=true the queue of files needs a Redis of its "
                "own that is no cluster: Celery cannot use one"
            )
        if self.broker_url:
            try:
                parse_url(self.broker_url)
            except ValueError:
                raise SettingsError(f"{variable} begins with redis://, rediss:// or unix://") from None
        if self.ingest_concurrency < 1 or self.ingest_attempts < 1:
            raise SettingsError("RAG_INGEST_CONCURRENCY and RAG_INGEST_ATTEMPTS are at least 1")
        if not set(self.ingest_queues) <= set(QUEUES) or not self.ingest_queues:
            raise SettingsError(f"RAG_INGEST_QUEUES names some of {', '.join(QUEUES)}")
        if self.ingest_lease.total_seconds() < 1:
            raise SettingsError("RAG_INGEST_LEASE is at least 1s")
