"""How pages are fetched and the web is searched."""

from owui_chassis.settings import Settings


class WebSettings(Settings):
    """How pages are fetched and the web is searched."""
