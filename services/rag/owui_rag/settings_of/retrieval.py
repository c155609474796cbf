"""How a question finds chunks."""

from owui_chassis.settings import Settings


class RetrievalSettings(Settings):
    """How a question finds chunks."""
