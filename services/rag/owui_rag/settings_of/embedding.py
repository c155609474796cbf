"""Which model turns text into vectors."""

from owui_chassis.settings import Settings


class EmbeddingSettings(Settings):
    """Which model turns text into vectors."""
