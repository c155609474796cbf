"""Rows of the workspace as messages, and back."""

from typing import Protocol

import orjson
from owui.model_proxy.v1 import model_pb2
from owui_chassis.errors import Invalid

from owui_model_proxy.domain.row_forms import FormError, RowForm, check, read_access, read_forms, read_object
from owui_model_proxy.domain.rows import ModelRow


class FormMessage(Protocol):
    """What the requests to make and to change a model have in common."""

    id: str
    base_model_id: str
    name: str
    params: bytes
    meta: bytes
    access_control: bytes
    is_active: bool

    def HasField(self, field_name: str) -> bool:
        """Whether an optional field is there."""


def to_message(row: ModelRow) -> model_pb2.Model:
    """Return the message for a row."""
    control = row.access_control
    return model_pb2.Model(
        id=row.id,
        user_id=row.user_id,
        base_model_id=row.base_model_id,
        name=row.name,
        params=orjson.dumps(row.params),
        meta=orjson.dumps(row.meta),
        access_control=None if control is None else orjson.dumps(control),
        is_active=row.is_active,
        updated_at=row.updated_at,
        created_at=row.created_at,
    )


def to_form(request: FormMessage) -> RowForm:
    """Return the form of a request; raise Invalid when it makes no sense."""
    try:
        return check(
            RowForm(
                id=request.id,
                base_model_id=request.base_model_id or None,
                name=request.name,
                params=read_object(request.params, "params"),
                meta=read_object(request.meta, "meta"),
                access_control=read_access(request.access_control),
                is_active=request.is_active if request.HasField("is_active") else True,
            )
        )
    except FormError as error:
        raise Invalid(str(error), "invalid_model") from None


def to_forms(raw: bytes) -> list[RowForm]:
    """Return the forms of a JSON array; raise Invalid when one makes no sense."""
    try:
        return read_forms(raw)
    except FormError as error:
        raise Invalid(str(error), "invalid_model") from None
