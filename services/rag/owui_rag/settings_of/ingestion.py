"""How files are taken in."""

from owui_chassis.settings import Settings


class IngestionSettings(Settings):
    """How files are taken in."""
