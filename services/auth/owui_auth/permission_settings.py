"""What everybody may do, as the environment says; administrators and groups change it at run time."""

from owui_chassis.settings import ServiceSettings, setting

from owui_auth.domain.permissions import PermissionTree

_SECTIONS = ("workspace", "sharing", "chat", "features")


class PermissionSettings(ServiceSettings):
    """One variable for each permission: `<section>_<permission>`."""

    workspace_models: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_MODELS_ACCESS",
        False,
        "Whether everybody may manage models in the workspace.",
    )
    workspace_knowledge: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_KNOWLEDGE_ACCESS",
        False,
        "Whether everybody may manage knowledge in the workspace.",
    )
    workspace_prompts: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_PROMPTS_ACCESS",
        False,
        "Whether everybody may manage prompts in the workspace.",
    )
    workspace_tools: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_TOOLS_ACCESS",
        False,
        "Whether everybody may manage tools in the workspace.",
    )
    workspace_models_import: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_MODELS_IMPORT", False, "Whether everybody may import models."
    )
    workspace_models_export: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_MODELS_EXPORT", False, "Whether everybody may export models."
    )
    workspace_prompts_import: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_PROMPTS_IMPORT", False, "Whether everybody may import prompts."
    )
    workspace_prompts_export: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_PROMPTS_EXPORT", False, "Whether everybody may export prompts."
    )
    workspace_tools_import: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_TOOLS_IMPORT", False, "Whether everybody may import tools."
    )
    workspace_tools_export: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_TOOLS_EXPORT", False, "Whether everybody may export tools."
    )
    sharing_models: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_MODELS_ALLOW_SHARING",
        False,
        "Whether everybody may share models with groups.",
    )
    sharing_public_models: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_MODELS_ALLOW_PUBLIC_SHARING",
        False,
        "Whether everybody may share models with all.",
    )
    sharing_knowledge: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_KNOWLEDGE_ALLOW_SHARING",
        False,
        "Whether everybody may share knowledge with groups.",
    )
    sharing_public_knowledge: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_KNOWLEDGE_ALLOW_PUBLIC_SHARING",
        False,
        "Whether everybody may share knowledge with all.",
    )
    sharing_prompts: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_PROMPTS_ALLOW_SHARING",
        False,
        "Whether everybody may share prompts with groups.",
    )
    sharing_public_prompts: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_PROMPTS_ALLOW_PUBLIC_SHARING",
        False,
        "Whether everybody may share prompts with all.",
    )
    sharing_tools: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_TOOLS_ALLOW_SHARING",
        False,
        "Whether everybody may share tools with groups.",
    )
    sharing_public_tools: bool = setting(
        "USER_PERMISSIONS_WORKSPACE_TOOLS_ALLOW_PUBLIC_SHARING",
        False,
        "Whether everybody may share tools with all.",
    )
    sharing_notes: bool = setting(
        "USER_PERMISSIONS_NOTES_ALLOW_SHARING", False, "Whether everybody may share notes with groups."
    )
    sharing_public_notes: bool = setting(
        "USER_PERMISSIONS_NOTES_ALLOW_PUBLIC_SHARING", False, "Whether everybody may share notes with all."
    )
    chat_controls: bool = setting(
        "USER_PERMISSIONS_CHAT_CONTROLS", True, "Whether everybody may see the chat controls."
    )
    chat_valves: bool = setting("USER_PERMISSIONS_CHAT_VALVES", True, "Whether everybody may set valves.")
    chat_system_prompt: bool = setting(
        "USER_PERMISSIONS_CHAT_SYSTEM_PROMPT", True, "Whether everybody may set a system prompt."
    )
    chat_params: bool = setting(
        "USER_PERMISSIONS_CHAT_PARAMS", True, "Whether everybody may set model parameters."
    )
    chat_file_upload: bool = setting(
        "USER_PERMISSIONS_CHAT_FILE_UPLOAD", True, "Whether everybody may upload files."
    )
    chat_delete: bool = setting("USER_PERMISSIONS_CHAT_DELETE", True, "Whether everybody may delete chats.")
    chat_delete_message: bool = setting(
        "USER_PERMISSIONS_CHAT_DELETE_MESSAGE", True, "Whether everybody may delete messages."
    )
    chat_continue_response: bool = setting(
        "USER_PERMISSIONS_CHAT_CONTINUE_RESPONSE", True, "Whether everybody may continue answers."
    )
    chat_regenerate_response: bool = setting(
        "USER_PERMISSIONS_CHAT_REGENERATE_RESPONSE", True, "Whether everybody may regenerate answers."
    )
    chat_rate_response: bool = setting(
        "USER_PERMISSIONS_CHAT_RATE_RESPONSE", True, "Whether everybody may rate answers."
    )
    chat_edit: bool = setting("USER_PERMISSIONS_CHAT_EDIT", True, "Whether everybody may edit messages.")
    chat_share: bool = setting("USER_PERMISSIONS_CHAT_SHARE", True, "Whether everybody may share chats.")
    chat_export: bool = setting("USER_PERMISSIONS_CHAT_EXPORT", True, "Whether everybody may export chats.")
    chat_stt: bool = setting("USER_PERMISSIONS_CHAT_STT", True, "Whether everybody may dictate.")
    chat_tts: bool = setting(
        "USER_PERMISSIONS_CHAT_TTS", True, "Whether everybody may have answers read aloud."
    )
    chat_call: bool = setting("USER_PERMISSIONS_CHAT_CALL", True, "Whether everybody may call a model.")
    chat_multiple_models: bool = setting(
        "USER_PERMISSIONS_CHAT_MULTIPLE_MODELS", True, "Whether everybody may ask several models at once."
    )
    chat_temporary: bool = setting(
        "USER_PERMISSIONS_CHAT_TEMPORARY", True, "Whether everybody may use temporary chats."
    )
    chat_temporary_enforced: bool = setting(
        "USER_PERMISSIONS_CHAT_TEMPORARY_ENFORCED", False, "Whether everybody's chats are always temporary."
    )
    features_direct_tool_servers: bool = setting(
        "USER_PERMISSIONS_FEATURES_DIRECT_TOOL_SERVERS",
        False,
        "Whether everybody may use direct tool servers.",
    )
    features_web_search: bool = setting(
        "USER_PERMISSIONS_FEATURES_WEB_SEARCH", True, "Whether everybody may use web search."
    )
    features_image_generation: bool = setting(
        "USER_PERMISSIONS_FEATURES_IMAGE_GENERATION", True, "Whether everybody may use image generation."
    )
    features_code_interpreter: bool = setting(
        "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER", True, "Whether everybody may use code interpreter."
    )
    features_folders: bool = setting(
        "USER_PERMISSIONS_FEATURES_FOLDERS", True, "Whether everybody may use folders."
    )
    features_notes: bool = setting(
        "USER_PERMISSIONS_FEATURES_NOTES", True, "Whether everybody may use notes."
    )
    features_channels: bool = setting(
        "USER_PERMISSIONS_FEATURES_CHANNELS", True, "Whether everybody may use channels."
    )
    features_api_keys: bool = setting(
        "USER_PERMISSIONS_FEATURES_API_KEYS", False, "Whether everybody may use API keys."
    )

    def permission_tree(self) -> PermissionTree:
        """Return the permissions as a tree of sections and switches."""
        tree: PermissionTree = {section: {} for section in _SECTIONS}
        for attribute in self.declared:
            section, _, name = attribute.partition("_")
            if section in tree and attribute in PermissionSettings.declared:
                tree[section][name] = getattr(self, attribute)
        return tree
