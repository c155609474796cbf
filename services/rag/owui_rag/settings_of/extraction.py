"""How documents are read and cut."""

from owui_chassis.settings import Settings


class ExtractionSettings(Settings):
    """How documents are read and cut."""
