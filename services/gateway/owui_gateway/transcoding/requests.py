"""Build the request message of a method from what a request carries: path, query and body."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from owui_gateway.transcoding import json_text
from owui_gateway.transcoding.assign import assignment_of
from owui_gateway.transcoding.bindings import Binding
from owui_gateway.transcoding.decode import MessageDecoder, decoder_of
from owui_gateway.transcoding.fields import is_json, is_message, is_required, message_of, wire_name
from owui_gateway.transcoding.problems import Problems, Unfit, refused
from owui_gateway.transcoding.scalars import Convert, raw_json_of_text, text_converter

# Fills what the body fills: (message, body as text, the same parsed, problems); no body is b"" and None.
FillBody = Callable[[Message, bytes, Any, Problems], None]


class RequestDecoder:
    """Turns requests of one binding into messages."""

    def __init__(self, binding: Binding) -> None:
        descriptor = binding.method.input_type
        self._new: Callable[[], Message] = GetMessageClass(descriptor)
        fields = descriptor.fields_by_name
        self._path = [(name, _text_converter(fields[name])) for name in binding.template.fields]
        self._query = {wire_name(field): (field, _text_converter(field)) for field in binding.query}
        self._required = [name for name, (field, _) in self._query.items() if is_required(field)]
        self._fill_body = _body_filler(binding)

    @property
    def reads_body(self) -> bool:
        """Tell whether this binding looks at the body at all."""
        return self._fill_body is not None

    def decode(self, captures: tuple[str, ...], query: bytes, body: bytes, content_type: str) -> Message:
        """Return the request message; raises FastAPI's RequestValidationError naming what is wrong."""
        message = self._new()
        problems = Problems()
        for (name, convert), text in zip(self._path, captures, strict=True):
            try:
                setattr(message, name, convert(text))
            except Unfit as unfit:
                problems.add(unfit, ("path", name), text)
        if self._query and (query or self._required):
            self._fill_query(message, query, problems)
        if self._fill_body is not None:
            if body and not is_json_type(content_type):
                raise refused(
                    Unfit("content_type", "Input should be JSON, sent as application/json"),
                    ("body",),
                    content_type,
                )
            self._fill_body(message, body, parse_body(body), problems)
        if problems:
            raise problems.error()
        return message

    def _fill_query(self, message: Message, query: bytes, problems: Problems) -> None:
        seen = set()
        texts = parse_qsl(
            query.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape"
        )
        for name, text in texts:
            known = self._query.get(name)
            if known is None:
                continue
            seen.add(name)
            field, convert = known
            try:
                if field.is_repeated:
                    getattr(message, field.name).append(convert(text))
                else:
                    # Of several the last one counts, as in FastAPI.
                    setattr(message, field.name, convert(text))
            except Unfit as unfit:
                problems.add(unfit, ("query", name), text)
        for name in self._required:
            if name not in seen:
                problems.add(Unfit("missing", "Field required"), ("query", name), None)


def parse_body(body: bytes) -> Any:
    """Return the value of a body, None for no body; raises FastAPI's 422 for what is no JSON."""
    try:
        return json_text.parse(body) if body else None
    except Unfit as unfit:
        raise refused(unfit, ("body",)) from unfit


def is_json_type(content_type: str) -> bool:
    """Tell whether a content type says JSON; saying nothing does not: any web page can send that."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _text_converter(field: FieldDescriptor) -> Convert:
    convert = raw_json_of_text if is_json(field) else text_converter(field)

    def checked(text: str) -> Any:
        # Bytes that are no UTF-8 were decoded to halves of surrogate pairs.
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise Unfit("unicode_invalid", "Input should be UTF-8")
        return convert(text)

    return checked


def _body_filler(binding: Binding) -> FillBody | None:
    if not binding.body:
        return None
    field = binding.body_field
    if field is None:
        return _message_filler(MessageDecoder(binding.method.input_type, frozenset(binding.template.fields)))
    if is_message(field) and not field.is_repeated:
        fill = _message_filler(decoder_of(message_of(field)))
        name = field.name

        def fill_child(message: Message, body: bytes, value: Any, problems: Problems) -> None:
            if body or is_required(field):
                child = getattr(message, name)
                child.SetInParent()
                fill(child, body, value, problems)

        return fill_child
    return _field_filler(field)


def _message_filler(decoder: MessageDecoder) -> FillBody:
    def fill(message: Message, body: bytes, value: Any, problems: Problems) -> None:
        if not body:
            # A body that is not sent is an object without members: what is required is missed by name.
            body, value = b"{}", {}
        decoder.fill(message, body if decoder.takes_text else value, ("body",), problems)

    return fill


def _field_filler(field: FieldDescriptor) -> FillBody:
    if is_json(field) and not field.is_repeated:

        def fill_raw(message: Message, body: bytes, _: Any, problems: Problems) -> None:
            if body:
                setattr(message, field.name, body)
            elif is_required(field):
                problems.add(Unfit("missing", "Field required"), ("body",), None)

        return fill_raw
    takes_text = is_json(field) or (is_message(field) and decoder_of(message_of(field)).takes_text)
    assign = assignment_of(field, takes_text, decoder_of, whole=True)

    def fill(message: Message, body: bytes, value: Any, problems: Problems) -> None:
        if body:
            assign(message, body if takes_text else value, ("body",), problems)
        elif is_required(field):
            problems.add(Unfit("missing", "Field required"), ("body",), None)

    return fill
