"""What people send to make or change a workspace model."""

from typing import Any

import msgspec
import orjson
from owui_chassis.access_control import problem_of

from owui_model_proxy.domain.rows import MAXIMUM_ID_LENGTH

MAXIMUM_ROWS = 10_000
_MAXIMUM_ROW_BYTES = 4 * 1024 * 1024


class FormError(Exception):
    """The form makes no sense; the message says why in a sentence."""


class RowForm(msgspec.Struct, kw_only=True):
    """A workspace model as it shall be."""

    id: str
    name: str
    base_model_id: str | None = None
    params: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    access_control: dict[str, Any] | None = None
    is_active: bool = True


def check(form: RowForm) -> RowForm:
    """Return the form; raise FormError when the table could not hold it."""
    if not 0 < len(form.id) <= MAXIMUM_ID_LENGTH:
        raise FormError(
            "The model id is too long. Please make sure your model id is between 1 and 256 characters."
        )
    if not form.name.strip() or len(form.name) > 1024:
        raise FormError("The model needs a name of at most 1024 characters.")
    if form.base_model_id == "":
        form.base_model_id = None
    if form.base_model_id == form.id:
        raise FormError("A model cannot be its own base model.")
    try:
        whole = orjson.dumps(msgspec.to_builtins(form))
    except orjson.JSONEncodeError as error:
        raise FormError(f"The model cannot be stored: {error}") from None
    if len(whole) > _MAXIMUM_ROW_BYTES:
        raise FormError("The model is larger than 4 MiB.")
    if b"\\u0000" in whole:
        raise FormError("The model holds a character that cannot be stored (U+0000).")
    if problem := problem_of(form.access_control):
        raise FormError(problem)
    return form


def read_object(raw: bytes, name: str) -> dict[str, Any]:
    """Read a JSON object; nothing counts as an empty one."""
    value = _parsed(raw, name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FormError(f"{name} has to be an object.")
    return value


def read_access(raw: bytes) -> dict[str, Any] | None:
    """Read an access control; nothing counts as null."""
    value = _parsed(raw, "access_control")
    if value is not None and not isinstance(value, dict):
        raise FormError("access_control has to be an object or null.")
    return value


def _parsed(raw: bytes, name: str) -> Any:
    try:
        return orjson.loads(raw) if raw else None
    except orjson.JSONDecodeError:
        raise FormError(f"{name} is not valid JSON.") from None


def read_forms(raw: bytes) -> list[RowForm]:
    """Read a JSON array of rows; what they hold besides a form's fields is left out."""
    try:
        forms = msgspec.json.decode(raw or b"[]", type=list[RowForm])
    except msgspec.DecodeError as error:
        raise FormError(f"models: {error}") from None
    if len(forms) > MAXIMUM_ROWS:
        raise FormError(f"At most {MAXIMUM_ROWS} models can be taken in at once.")
    # Of two rows with one identifier the later one is meant.
    return [check(form) for form in {form.id: form for form in forms}.values()]
