"""Which passwords are accepted."""

import re

from owui_chassis.errors import Invalid

# Argon2 takes any length; the bound keeps a request from hashing megabytes.
PASSWORD_BYTES = 1024


def check_new_password(password: str, minimum: int, pattern: str = "") -> str:
    """Return a password that may be set; raise Invalid when its length or form is not accepted."""
    if len(password) < max(minimum, 1) or not password.strip():
        raise Invalid(f"The password must have at least {max(minimum, 1)} characters", "password_too_short")
    if len(password.encode()) > PASSWORD_BYTES:
        raise Invalid(f"The password must not be longer than {PASSWORD_BYTES} bytes", "password_too_long")
    if pattern and not re.match(pattern, password):
        raise Invalid("The password does not meet the rules of this installation", "password_too_weak")
    return password


def is_possible(password: str) -> bool:
    """Whether it makes sense to verify this password at all."""
    return 0 < len(password.encode()) <= PASSWORD_BYTES
