"""Where files are kept and how many there may be."""

from owui_chassis.settings import Settings


class FileSettings(Settings):
    """Where files are kept and how many there may be."""
