"""Settings of the gateway."""

from datetime import timedelta

from owui_chassis.settings import ServiceSettings, setting


class GatewaySettings(ServiceSettings):
    """Read once at start."""

    prefix = "GATEWAY_"

    host: str = setting("HOST", "0.0.0.0", "Address on which HTTP is answered.")  # noqa: S104 - a server's default
    port: int = setting("PORT", 8080, "Port on which HTTP is answered.")
    name: str = setting("WEBUI_NAME", "Open WebUI", "Name of the installation, shown in the user interface.")
    default_locale: str = setting(
        "DEFAULT_LOCALE", "", "Language of the user interface; the browser's when empty."
    )
    web_folder: str = setting("WEB_FOLDER", "", "Folder of the built web interface; empty for none.")
    cors_allow_origin: tuple[str, ...] = setting(
        "CORS_ALLOW_ORIGIN",
        (),
        'Foreign origins whose pages may call the API; "*" allows all, then without cookies.',
        separator=";",
    )
    forwarded_allow_ips: tuple[str, ...] = setting(
        "FORWARDED_ALLOW_IPS",
        ("127.0.0.1",),
        "Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    cookie_same_site: str = setting("WEBUI_AUTH_COOKIE_SAME_SITE", "lax", "SameSite of the session cookie.")
    cookie_secure: bool | None = setting(
        "WEBUI_AUTH_COOKIE_SECURE",
        None,
        "Send the session cookie over HTTPS only; by default when signed in so.",
    )
    max_body_bytes: int = setting(
        "GATEWAY_MAX_BODY_BYTES", 32 * 1024 * 1024, "Largest request body that is read, in bytes."
    )
    max_uploads: int = setting(
        "GATEWAY_MAX_UPLOADS", 64, "Files that are uploaded at the same time per replica, at most."
    )
    max_streams: int = setting(
        "GATEWAY_MAX_STREAMS", 2000, "Answers that are streamed at the same time per replica, at most."
    )
    max_sockets: int = setting("GATEWAY_MAX_SOCKETS", 10_000, "Open sockets per replica, at most.")
    enable_websocket: bool = setting("ENABLE_WEBSOCKET_SUPPORT", True, "Whether sockets are offered.")
    socket_ping_interval: float = setting(
        "WEBSOCKET_SERVER_PING_INTERVAL", 25.0, "Seconds between the signs of life asked of a socket."
    )
    socket_ping_timeout: float = setting(
        "WEBSOCKET_SERVER_PING_TIMEOUT", 20.0, "Seconds after which a socket that does not answer is closed."
    )
    credential_cache_seconds: float = setting(
        "GATEWAY_CREDENTIAL_CACHE_SECONDS",
        4.0,
        "How long a verified credential is believed without asking auth again; sockets are checked as often.",
    )
    stream_idle: timedelta = setting(
        "GATEWAY_STREAM_IDLE_TIMEOUT",
        timedelta(minutes=10),
        "Silence after which a streamed answer is given up.",
    )

    hsts: str = setting("HSTS", "", "Strict-Transport-Security header; none when empty.")
    permissions_policy: str = setting("PERMISSIONS_POLICY", "", "Permissions-Policy header; none when empty.")
    referrer_policy: str = setting(
        "REFERRER_POLICY", "strict-origin-when-cross-origin", "Referrer-Policy header."
    )
    xframe_options: str = setting("XFRAME_OPTIONS", "DENY", "X-Frame-Options header.")
    xcontent_type: str = setting("XCONTENT_TYPE", "nosniff", "X-Content-Type-Options header.")
    xdownload_options: str = setting("XDOWNLOAD_OPTIONS", "", "X-Download-Options header; none when empty.")
    xpermitted_policies: str = setting(
        "XPERMITTED_CROSS_DOMAIN_POLICIES", "", "X-Permitted-Cross-Domain-Policies header; none when empty."
    )
    cache_control: str = setting("CACHE_CONTROL", "", "Cache-Control header of API answers; none when empty.")
    content_security_policy: str = setting(
        "CONTENT_SECURITY_POLICY", "", "Content-Security-Policy header; a strict one of our own when empty."
    )
