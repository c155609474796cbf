"""The tree of permissions: which switches exist, and how defaults and groups combine."""

from collections.abc import Iterable, Mapping

from owui_chassis.errors import Invalid

PermissionTree = dict[str, dict[str, bool]]

# What a default-permissions request means by a switch that it leaves out.
FORM_DEFAULTS: PermissionTree = {
    "workspace": dict.fromkeys(
        (
            "models", "knowledge", "prompts", "tools", "models_import", "models_export", "prompts_import",
            "prompts_export", "tools_import", "tools_export",
        ),
        False,
    ),
    "sharing": {
        "models": False, "public_models": False, "knowledge": False, "public_knowledge": False,
        "prompts": False, "public_prompts": False, "tools": False, "public_tools": True,
        "notes": False, "public_notes": True,
    },
    "chat": {
        **dict.fromkeys(
            (
                "controls", "valves", "system_prompt", "params", "file_upload", "delete", "delete_message",
                "continue_response", "regenerate_response", "rate_response", "edit", "share", "export", "stt",
                "tts", "call", "multiple_models", "temporary",
            ),
            True,
        ),
        "temporary_enforced": False,
    },
    "features": {
        "api_keys": False, "notes": True, "channels": True, "folders": True, "direct_tool_servers": False,
        "web_search": True, "image_generation": True, "code_interpreter": True,
    },
}  # fmt: skip


def overlaid(base: PermissionTree, stored: Mapping[str, Mapping[str, bool]]) -> PermissionTree:
    """Return the base with the stored switches in place of its own; unknown switches are left out."""
    return {
        section: {name: bool(stored.get(section, {}).get(name, value)) for name, value in switches.items()}
        for section, switches in base.items()
    }


def combined(default: PermissionTree, groups: Iterable[Mapping[str, object]]) -> PermissionTree:
    """Return what is granted by the default or by any group."""
    tree = {section: dict(switches) for section, switches in default.items()}
    for group in groups:
        for section, switches in group.items():
            if isinstance(switches, Mapping) and section in tree:
                for name, value in switches.items():
                    if name in tree[section]:
                        tree[section][name] = tree[section][name] or value is True
    return tree


def granted(tree: PermissionTree) -> list[str]:
    """Return the dotted names of the switches that are on."""
    return [f"{section}.{name}" for section, switches in tree.items() for name, on in switches.items() if on]


def check_group_permissions(value: Mapping[str, object]) -> None:
    """Raise Invalid unless the value is a tree of sections and switches."""
    for section, switches in value.items():
        if not isinstance(switches, Mapping) or not all(isinstance(on, bool) for on in switches.values()):
            raise Invalid(
                f"permissions.{section}: must hold switches that are true or false", "invalid_permissions"
            )
