"""Read the REST side of the contracts: which method answers which verb and path, for whom, how."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from google.api import annotations_pb2
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from owui.options.v1 import options_pb2

from owui_gateway.transcoding.fields import (
    ContractError,
    check_fields,
    extension,
    is_http_body,
    is_json,
    is_map,
    is_message,
)
from owui_gateway.transcoding.paths import Template
from owui_gateway.transcoding.ports import ROLES, Access


@dataclass(frozen=True, slots=True)
class Binding:
    """One verb and path of one method.

    `body` is "" (none), "*" (the whole request message) or the field that the body fills. `statuses` are the
    method's own HTTP statuses by error kind. `query` are the fields that query parameters fill.
    """

    method: MethodDescriptor
    verb: str
    template: Template
    body: str
    response_body: str
    access: Access
    statuses: dict[str, int]
    success: int
    query: tuple[FieldDescriptor, ...]

    @property
    def body_field(self) -> FieldDescriptor | None:
        """The field that the body fills, unless there is no body or it fills the whole message."""
        return None if self.body in ("", "*") else self.method.input_type.fields_by_name[self.body]

    def __str__(self) -> str:
        return f"{self.verb} {self.template.text} of {self.method.full_name}"


def bindings_of(services: Iterable[ServiceDescriptor]) -> list[Binding]:
    """Return the bindings of all methods that have an http option; raises ContractError naming the method."""
    return [binding for service in services for method in service.methods for binding in _of_method(method)]


def _of_method(method: MethodDescriptor) -> Iterator[Binding]:
    options = method.GetOptions()
    if not options.HasExtension(annotations_pb2.http):
        return
    if method.client_streaming or method.server_streaming:
        raise ContractError(
            f"{method.full_name} streams; streams are hand-written in the gateway, remove its http option"
        )
    rule = extension(options, annotations_pb2.http)
    access = _access(method)
    statuses = {
        field.name: value for field, value in extension(options, options_pb2.http_status).ListFields()
    }
    success = statuses.pop("success", 200)
    _check_messages(method)
    for each in (rule, *rule.additional_bindings):
        yield _binding(method, each, access, statuses, success)


def _access(method: MethodDescriptor) -> Access:
    access = extension(method.GetOptions(), options_pb2.access)
    role = ROLES.get(access.role)
    if role is None:
        raise ContractError(
            f"{method.full_name} has a REST route but no role: add (owui.options.v1.access) = {{ role: … }}"
        )
    return Access(role, access.permission)


def _check_messages(method: MethodDescriptor) -> None:
    check_fields(method.input_type.fields)
    if not is_http_body(method.output_type):
        check_fields(field for field in method.output_type.fields if not is_http_body(field.message_type))


def _binding(
    method: MethodDescriptor, rule: HttpRule, access: Access, statuses: dict[str, int], success: int
) -> Binding:
    verb, path = _verb_and_path(method, rule)
    template = Template.parse(path, method.full_name)
    fields = method.input_type.fields_by_name
    for name in template.fields:
        if name not in fields or is_message(fields[name]) or fields[name].is_repeated:
            raise ContractError(f"{method.full_name}: {path} needs a field {name} that holds one value")
    if rule.body not in ("", "*") and rule.body not in fields:
        raise ContractError(f"{method.full_name}: body names the unknown field {rule.body}")
    if rule.response_body and rule.response_body not in method.output_type.fields_by_name:
        raise ContractError(f"{method.full_name}: response_body names the unknown field {rule.response_body}")
    query = _query_fields(method, template, rule.body)
    return Binding(method, verb, template, rule.body, rule.response_body, access, statuses, success, query)


def _verb_and_path(method: MethodDescriptor, rule: HttpRule) -> tuple[str, str]:
    pattern = rule.WhichOneof("pattern")
    if pattern is None:
        raise ContractError(f"{method.full_name} has an http option without a path")
    if pattern == "custom":
        return rule.custom.kind.upper(), rule.custom.path
    return pattern.upper(), getattr(rule, pattern)


def _query_fields(method: MethodDescriptor, template: Template, body: str) -> tuple[FieldDescriptor, ...]:
    if body == "*":
        return ()
    fields = [field for field in method.input_type.fields if field.name not in (*template.fields, body)]
    for field in fields:
        if is_message(field) or is_map(field) or (is_json(field) and field.is_repeated):
            raise ContractError(
                f"{field.full_name} cannot travel in a query; bind it to the body or the path"
            )
    return tuple(fields)
