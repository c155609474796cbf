"""Settings that people keep for their clients."""

from typing import Any


def allowed_settings(settings: dict[str, Any], *, may_use_tool_servers: bool) -> dict[str, Any]:
    """Return the settings that may be stored: tool servers are left out unless the person may use them."""
    if "ui" not in settings:
        return settings
    ui = settings["ui"] if isinstance(settings["ui"], dict) else {}
    if not may_use_tool_servers:
        ui = {key: value for key, value in ui.items() if key != "toolServers"}
    return {**settings, "ui": ui}
