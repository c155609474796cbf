"""The settings of auth."""

from datetime import timedelta

from owui_chassis.settings import setting

from owui_auth.permission_settings import PermissionSettings


class AuthSettings(PermissionSettings):
    """What auth reads from the environment; administrators change what has a persistent path."""

    prefix = "AUTH_"

    enable_signup: bool = setting(
        "ENABLE_SIGNUP",
        True,
        "Whether strangers may create an account; the first account switches it off.",
        persistent="ui.enable_signup",
    )
    enable_initial_admin_signup: bool = setting(
        "ENABLE_INITIAL_ADMIN_SIGNUP",
        False,
        "Whether the first account may be created although sign-up is off.",
    )
    enable_signup_password_confirmation: bool = setting(
        "ENABLE_SIGNUP_PASSWORD_CONFIRMATION", False, "Whether the sign-up form asks for the password twice."
    )
    enable_login_form: bool = setting(
        "ENABLE_LOGIN_FORM", True, "Whether the sign-in form is shown.", persistent="ui.ENABLE_LOGIN_FORM"
    )
    enable_password_auth: bool = setting(
        "ENABLE_PASSWORD_AUTH", True, "Whether people may sign in by password."
    )
    password_min_length: int = setting("PASSWORD_MIN_LENGTH", 8, "The shortest new password, in characters.")
    enable_password_validation: bool = setting(
        "ENABLE_PASSWORD_VALIDATION", False, "Whether new passwords have to match the pattern."
    )
    password_validation_pattern: str = setting(
        "PASSWORD_VALIDATION_REGEX_PATTERN",
        r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{8,}$",
        "The pattern that new passwords have to match.",
    )
    default_user_role: str = setting(
        "DEFAULT_USER_ROLE",
        "pending",
        "Role of accounts that strangers create: pending, user or admin.",
        persistent="ui.default_user_role",
    )
    default_group_id: str = setting(
        "DEFAULT_GROUP_ID", "", "Group that new accounts join.", persistent="ui.default_group_id"
    )
    jwt_expires_in: timedelta | None = setting(
        "JWT_EXPIRES_IN",
        timedelta(weeks=4),
        "How long a session lasts, such as 4w or 12h; -1 for ever.",
        persistent="auth.jwt_expiry",
    )
    signout_redirect_url: str = setting(
        "WEBUI_AUTH_SIGNOUT_REDIRECT_URL", "", "Where the browser goes after sign-out."
    )
    enable_api_keys: bool = setting(
        "ENABLE_API_KEYS",
        True,
        "Whether API keys work; people who are no administrators need the permission features.api_keys too.",
        persistent="auth.enable_api_keys",
    )
    enable_api_keys_endpoint_restrictions: bool = setting(
        ("ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS", "ENABLE_API_KEY_ENDPOINT_RESTRICTIONS"),
        False,
        "Whether API keys work only on the endpoints that are listed.",
        persistent="auth.api_key.endpoint_restrictions",
    )
    api_keys_allowed_endpoints: str = setting(
        ("API_KEYS_ALLOWED_ENDPOINTS", "API_KEY_ALLOWED_ENDPOINTS"),
        "",
        "Endpoints open to restricted API keys, separated by commas; each opens the paths below it too.",
        persistent="auth.api_key.allowed_endpoints",
    )
    signin_limit_per_account: int = setting(
        "{prefix}SIGNIN_LIMIT_PER_ACCOUNT", 15, "Failed attempts to sign in to one account within the window."
    )
    signin_limit_per_address: int = setting(
        "{prefix}SIGNIN_LIMIT_PER_ADDRESS",
        60,
        "Failed attempts to sign in, and sign-ups, from one address within the window.",
    )
    signin_window: timedelta = setting(
        "{prefix}SIGNIN_WINDOW",
        timedelta(seconds=180),
        "The window in which attempts to sign in are counted.",
    )
    show_admin_details: bool = setting(
        "SHOW_ADMIN_DETAILS",
        True,
        "Whether people who wait for approval are told whom to ask.",
        persistent="auth.admin.show",
    )
    admin_email: str = setting(
        "ADMIN_EMAIL",
        "",
        "Address of the administrator to ask; the first administrator when empty.",
        persistent="auth.admin.email",
    )
    webui_url: str = setting(
        "WEBUI_URL", "", "Address under which people reach this installation.", persistent="webui.url"
    )
    pending_user_overlay_title: str = setting(
        "PENDING_USER_OVERLAY_TITLE",
        "",
        "Title shown to people who wait for approval.",
        persistent="ui.pending_user_overlay_title",
    )
    pending_user_overlay_content: str = setting(
        "PENDING_USER_OVERLAY_CONTENT",
        "",
        "Text shown to people who wait for approval.",
        persistent="ui.pending_user_overlay_content",
    )
    response_watermark: str = setting(
        "RESPONSE_WATERMARK", "", "Text added to answers that are copied.", persistent="ui.watermark"
    )
    enable_community_sharing: bool = setting(
        "ENABLE_COMMUNITY_SHARING",
        True,
        "Whether people may share chats with the community.",
        persistent="ui.enable_community_sharing",
    )
    enable_message_rating: bool = setting(
        "ENABLE_MESSAGE_RATING",
        True,
        "Whether people may rate answers.",
        persistent="ui.enable_message_rating",
    )
    enable_user_webhooks: bool = setting(
        "ENABLE_USER_WEBHOOKS",
        True,
        "Whether people may be notified at an address of their own.",
        persistent="ui.enable_user_webhooks",
    )
    enable_folders: bool = setting(
        "ENABLE_FOLDERS", True, "Whether folders are on.", persistent="folders.enable"
    )
    enable_channels: bool = setting(
        "ENABLE_CHANNELS", False, "Whether channels are on.", persistent="channels.enable"
    )
    enable_notes: bool = setting("ENABLE_NOTES", True, "Whether notes are on.", persistent="notes.enable")
    enable_public_active_users_count: bool = setting(
        "ENABLE_PUBLIC_ACTIVE_USERS_COUNT", True, "Whether the number of active people is public."
    )
    user_permissions: dict[str, dict[str, bool]] = setting(
        "USER_PERMISSIONS",
        {},
        "Permissions of everybody as JSON, in place of the single variables.",
        persistent="user.permissions",
    )
