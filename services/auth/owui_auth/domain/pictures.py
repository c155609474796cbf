"""Profile pictures: which are accepted, and what is shown when there is none to serve."""

import base64
import binascii
import hashlib
import re
from xml.sax.saxutils import escape

from owui_chassis.errors import Invalid

PICTURE_CHARACTERS = 2 * 1024 * 1024
_DATA_URL = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+={0,2})")
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
_HTTPS = re.compile(
    r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[^\s\"'<>\\]*)?"
)
_MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def check_picture(url: str | None, default: str) -> str:
    """Return where a picture is; raise Invalid for what a browser must not be sent to.

    Accepted: a path on this server, an https address, or a data URL of a PNG, JPEG, GIF or WebP picture.
    """
    if not url:
        return default
    if len(url) > PICTURE_CHARACTERS:
        raise Invalid("profile_image_url: the picture is too large", "picture_too_large")
    if url.startswith("data:"):
        if decode_picture(url) is None:
            raise Invalid("profile_image_url: must be a PNG, JPEG, GIF or WebP picture", "invalid_picture")
    elif len(url) > 2048 or not (_PATH.fullmatch(url) or _HTTPS.fullmatch(url)):
        raise Invalid(
            "profile_image_url: must be a path on this server, an https address or a data URL",
            "invalid_picture",
        )
    return url


def picture_path(user_id: str) -> str:
    """Return where the picture of an account is served."""
    return f"/api/v1/users/{user_id}/profile/image"


def changed_picture(url: str | None, user_id: str, default: str) -> str | None:
    """Return the picture to store; None when the client only gave back the path that it was shown."""
    if url and url.partition("?")[0] == picture_path(user_id):
        return None
    return check_picture(url, default)


def decode_picture(url: str) -> tuple[str, bytes] | None:
    """Return media type and bytes of a data URL; None when it holds no picture of the type it claims."""
    found = _DATA_URL.fullmatch(url)
    if found is None:
        return None
    media_type, encoded = found.groups()
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(_MAGIC[media_type]):
        return None
    if media_type == "image/webp" and content[8:12] != b"WEBP":
        return None
    return media_type, content


def draw_picture(user_id: str, name: str) -> tuple[str, bytes]:
    """Return media type and bytes of a drawn picture: the initial on a colour that stays the same."""
    hue = int.from_bytes(hashlib.sha256(user_id.encode()).digest()[:2]) % 360
    initial = next((character.upper() for character in name if character.isalnum()), "?")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" fill="hsl({hue} 45% 45%)"/>'
        '<text x="32" y="33" fill="#fff" font-family="system-ui,sans-serif" font-size="30" '
        f'text-anchor="middle" dominant-baseline="central">{escape(initial)}</text></svg>'
    )
    return "image/svg+xml", svg.encode()
