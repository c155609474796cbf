"""The settings of chat: the only reader of the environment."""

from typing import Any, ClassVar

from owui_chassis.settings import ServiceSettings, setting


class ChatSettings(ServiceSettings):
    """What chat reads from the environment; persistent ones can be changed by administrators."""

    prefix: ClassVar[str] = "CHAT_"

    task_model: str = setting(
        "TASK_MODEL",
        "",
        "Model for titles and tags of chats with local models; empty for the chat's own.",
        persistent="task.model.default",
    )
    task_model_external: str = setting(
        "TASK_MODEL_EXTERNAL",
        "",
        "Model for titles and tags of chats with external models; empty for the chat's own.",
        persistent="task.model.external",
    )
    enable_title_generation: bool = setting(
        "ENABLE_TITLE_GENERATION",
        True,
        "Whether a model writes titles; else the first words of the question serve.",
        persistent="task.title.enable",
    )
    title_generation_prompt_template: str = setting(
        "TITLE_GENERATION_PROMPT_TEMPLATE",
        "",
        "Prompt for titles; empty for the built-in one.",
        persistent="task.title.prompt_template",
    )
    enable_tags_generation: bool = setting(
        "ENABLE_TAGS_GENERATION", True, "Whether a model tags chats.", persistent="task.tags.enable"
    )
    tags_generation_prompt_template: str = setting(
        "TAGS_GENERATION_PROMPT_TEMPLATE",
        "",
        "Prompt for tags; empty for the built-in one.",
        persistent="task.tags.prompt_template",
    )
    enable_follow_up_generation: bool = setting(
        "ENABLE_FOLLOW_UP_GENERATION",
        True,
        "Whether a model suggests further questions.",
        persistent="task.follow_up.enable",
    )
    follow_up_generation_prompt_template: str = setting(
        "FOLLOW_UP_GENERATION_PROMPT_TEMPLATE",
        "",
        "Prompt for further questions; empty for the built-in one.",
        persistent="task.follow_up.prompt_template",
    )
    image_prompt_generation_prompt_template: str = setting(
        "IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE",
        "",
        "Prompt for image descriptions; empty for the built-in one.",
        persistent="task.image.prompt_template",
    )
    enable_search_query_generation: bool = setting(
        "ENABLE_SEARCH_QUERY_GENERATION",
        True,
        "Whether a model writes queries for web searches.",
        persistent="task.query.search.enable",
    )
    enable_retrieval_query_generation: bool = setting(
        "ENABLE_RETRIEVAL_QUERY_GENERATION",
        True,
        "Whether a model writes queries for retrieval.",
        persistent="task.query.retrieval.enable",
    )
    query_generation_prompt_template: str = setting(
        "QUERY_GENERATION_PROMPT_TEMPLATE",
        "",
        "Prompt for queries; empty for the built-in one.",
        persistent="task.query.prompt_template",
    )
    enable_autocomplete_generation: bool = setting(
        "ENABLE_AUTOCOMPLETE_GENERATION",
        False,
        "Whether the input field is completed while one types.",
        persistent="task.autocomplete.enable",
    )
    autocomplete_generation_input_max_length: int = setting(
        "AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH",
        -1,
        "Longest text that is completed, in characters; -1 for any.",
        persistent="task.autocomplete.input_max_length",
    )
    tools_function_calling_prompt_template: str = setting(
        "TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE",
        "",
        "Prompt for choosing tools; empty for the built-in one.",
        persistent="task.tools.prompt_template",
    )
    voice_mode_prompt_template: str = setting(
        "VOICE_MODE_PROMPT_TEMPLATE",
        "",
        "Prompt for spoken answers; empty for the built-in one.",
        persistent="task.voice.prompt_template",
    )
    default_models: str = setting(
        "DEFAULT_MODELS",
        "",
        "Models that a new chat begins with, separated by commas.",
        persistent="ui.default_models",
    )
    default_pinned_models: str = setting(
        "DEFAULT_PINNED_MODELS",
        "",
        "Models that are pinned for new accounts, separated by commas.",
        persistent="ui.default_pinned_models",
    )
    default_prompt_suggestions: list[dict[str, Any]] = setting(
        "DEFAULT_PROMPT_SUGGESTIONS",
        [],
        "Suggestions of the empty chat page, as JSON; empty for the built-in ones.",
        persistent="ui.prompt_suggestions",
    )
    banners: list[dict[str, Any]] = setting(
        "WEBUI_BANNERS", [], "Notices above every page, as JSON.", persistent="ui.banners"
    )
    enable_admin_export: bool = setting(
        "ENABLE_ADMIN_EXPORT", True, "Whether administrators may export the chats of everybody."
    )
    enable_admin_chat_access: bool = setting(
        "ENABLE_ADMIN_CHAT_ACCESS", True, "Whether administrators may read the chats of others."
    )
    bypass_admin_access_control: bool = setting(
        ("BYPASS_ADMIN_ACCESS_CONTROL", "ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS"),
        True,
        "Whether administrators see and change the notes of everybody.",
    )
    document_tokens: int = setting(
        "{prefix}DOCUMENT_TOKENS",
        16_000,
        "How many tokens of documents a question may bring along, about.",
    )
    reading_seconds: float = setting(
        "{prefix}READING_SECONDS",
        60.0,
        "How long a question waits for files that it names and that are still being read; 240 at most.",
    )
    replica_name: str = setting(
        ("{prefix}REPLICA_NAME", "POD_NAME"),
        "",
        "Name of this replica that survives its restarts and that no other one has at the same time; with "
        "it, answers that a crash interrupted are closed at the next start instead of some seconds later.",
    )
    checkpoint_seconds: float = setting(
        "{prefix}CHECKPOINT_SECONDS", 3.0, "How often the text of running answers is stored."
    )
    dead_seconds: float = setting(
        "{prefix}DEAD_SECONDS",
        15.0,
        "Silence after which an answer counts as interrupted; several checkpoints.",
    )
    idle_seconds: float = setting(
        "{prefix}IDLE_SECONDS", 300.0, "How long a model may send nothing before its answer is ended."
    )
    stream_seconds: float = setting("{prefix}STREAM_SECONDS", 3600.0, "How long an answer may take at most.")
    max_tasks: int = setting("{prefix}MAX_TASKS", 1000, "Answers that a replica writes at the same time.")
    max_tasks_per_user: int = setting(
        "{prefix}MAX_TASKS_PER_USER", 100, "Answers that are written at the same time for one person."
    )
    max_answer_length: int = setting("{prefix}MAX_ANSWER_LENGTH", 4_000_000, "Longest answer, in characters.")
    max_messages: int = setting("{prefix}MAX_MESSAGES", 20_000, "Messages that a chat may have.")
    max_chat_bytes: int = setting(
        "{prefix}MAX_CHAT_BYTES", 64 * 1024 * 1024, "Largest chat, in bytes of its JSON."
    )
    max_message_bytes: int = setting(
        "{prefix}MAX_MESSAGE_BYTES", 8 * 1024 * 1024, "Largest message, in bytes of its JSON."
    )
    max_folders: int = setting("{prefix}MAX_FOLDERS", 1000, "Folders that a person may have.")
    max_folder_bytes: int = setting(
        "{prefix}MAX_FOLDER_BYTES",
        4 * 1024 * 1024,
        "Largest prompt and list of files of a folder, in bytes of their JSON.",
    )
    max_notes: int = setting("{prefix}MAX_NOTES", 10_000, "Notes that a person may have.")
    max_note_bytes: int = setting(
        "{prefix}MAX_NOTE_BYTES", 4 * 1024 * 1024, "Largest note, in bytes of its JSON."
    )
    events_kept_seconds: int = setting(
        "{prefix}EVENTS_KEPT_SECONDS",
        600,
        "How long a reloaded page can ask for the events of a finished answer.",
    )
