"""Write the OpenAPI document of the transcoded routes into the one that FastAPI makes of the others."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import FastAPI
from google.protobuf.descriptor import FieldDescriptor

from owui_gateway.transcoding.bindings import Binding
from owui_gateway.transcoding.descriptors import Contracts
from owui_gateway.transcoding.fields import is_http_body, is_required, wire_name
from owui_gateway.transcoding.schemas import Schema, Schemas

_ERROR: Schema = {
    "type": "object",
    "description": "What went wrong, in a sentence.",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
_INVALID: Schema = {
    "type": "object",
    "description": "What is wrong with the request, field by field.",
    "properties": {
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "loc": {"type": "array", "items": {"type": ["string", "integer"]}},
                    "msg": {"type": "string"},
                    "input": {},
                },
                "required": ["type", "loc", "msg"],
            },
        }
    },
    "required": ["detail"],
}


def extend_openapi(app: FastAPI, bindings: Iterable[Binding], contracts: Contracts) -> None:
    """Make `app.openapi()`, and so `/openapi.json`, tell of the transcoded routes too."""
    transcoded = document_of(bindings, contracts)
    plain: Callable[[], dict[str, Any]] = app.openapi
    made_of: dict[str, Any] | None = None
    merged: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        nonlocal made_of, merged
        own = plain()
        # FastAPI keeps its document until its routes change; so does this.
        if own is not made_of:
            made_of, merged = own, merge(own, transcoded)
        return merged

    # FastAPI's own documentation prescribes replacing the method.
    app.openapi = openapi  # type: ignore[method-assign]


def merge(own: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the paths, components and tags of both; where both have one, the first wins."""
    paths = {path: dict(operations) for path, operations in own.get("paths", {}).items()}
    for path, operations in other["paths"].items():
        paths[path] = {**operations, **paths.get(path, {})}
    components = dict(own.get("components", {}))
    for kind, entries in other["components"].items():
        components[kind] = {**entries, **components.get(kind, {})}
    return {**own, "paths": paths, "components": components, "tags": [*own.get("tags", []), *other["tags"]]}


def document_of(bindings: Iterable[Binding], contracts: Contracts) -> dict[str, Any]:
    """Return paths, components and tags of the bindings."""
    schemas = Schemas(contracts)
    paths: dict[str, dict[str, Any]] = {}
    tags: dict[str, str] = {}
    seen: dict[str, int] = {}
    for binding in bindings:
        service = binding.method.containing_service
        tag = _tag(binding)
        tags[tag] = contracts.comment(service.full_name)
        operation = _operation(binding, schemas, contracts)
        count = seen[operation["operationId"]] = seen.get(operation["operationId"], 0) + 1
        if count > 1:
            operation["operationId"] += f"_{count}"
        paths.setdefault(binding.template.openapi, {})[binding.verb.lower()] = operation
    components = {
        "schemas": {**schemas.components, "ErrorAnswer": _ERROR, "InvalidAnswer": _INVALID},
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token of a session, or an API key that begins with sk-.",
            }
        },
    }
    described = [{"name": name, "description": text} for name, text in sorted(tags.items())]
    return {"paths": paths, "components": components, "tags": described}


def _tag(binding: Binding) -> str:
    """Return "chat.Completion" for `owui.chat.v1.CompletionService`."""
    service = binding.method.containing_service
    package = service.full_name.split(".")[1]
    return f"{package}.{service.name.removesuffix('Service')}"


def _operation(binding: Binding, schemas: Schemas, contracts: Contracts) -> dict[str, Any]:
    method = binding.method
    summary, _, description = contracts.comment(method.full_name).partition("\n\n")
    package = method.full_name.split(".")[1]
    operation: dict[str, Any] = {
        "tags": [_tag(binding)],
        "operationId": f"{package}_{method.containing_service.name}_{method.name}",
        "summary": " ".join(summary.split()),
        "responses": _responses(binding, schemas),
        "security": [] if binding.access.role == "anyone" else [{"bearer": []}],
        "x-access": {"role": binding.access.role, "permission": binding.access.permission},
    }
    if description:
        operation["description"] = description
    parameters = [*_path_parameters(binding, schemas), *_query_parameters(binding, schemas)]
    if parameters:
        operation["parameters"] = parameters
    if binding.body:
        operation["requestBody"] = _request_body(binding, schemas)
    return operation


def _path_parameters(binding: Binding, schemas: Schemas) -> list[Schema]:
    fields = binding.method.input_type.fields_by_name
    return [_parameter("path", name, fields[name], schemas) for name in binding.template.fields]


def _query_parameters(binding: Binding, schemas: Schemas) -> list[Schema]:
    return [_parameter("query", wire_name(field), field, schemas) for field in binding.query]


def _parameter(place: str, name: str, field: FieldDescriptor, schemas: Schemas) -> Schema:
    schema = schemas.of_field(field, request=True)
    description = schema.pop("description", "")
    # A parameter cannot be null, only absent.
    schema = schema["anyOf"][0] if "anyOf" in schema else schema
    parameter: Schema = {"name": name, "in": place, "required": place == "path" or is_required(field)}
    return {**parameter, "schema": schema, **({"description": description} if description else {})}


def _request_body(binding: Binding, schemas: Schemas) -> Schema:
    descriptor = binding.method.input_type
    field = binding.body_field
    if field is None:
        fields = [each for each in descriptor.fields if each.name not in binding.template.fields]
        schema = schemas.of_fields(descriptor, fields, request=True)
        required = "required" in schema
    else:
        schema = schemas.of_field(field, request=True)
        required = is_required(field)
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _responses(binding: Binding, schemas: Schemas) -> dict[str, Any]:
    method = binding.method
    responses: dict[str, Any] = {str(binding.success): {"description": "Success"}}
    if binding.success != 204:
        responses[str(binding.success)]["content"] = _answer(binding, schemas)
    if method.input_type.fields:
        responses["422"] = _failure("The request cannot be understood", "InvalidAnswer")
    for kind, status in sorted(binding.statuses.items()):
        responses.setdefault(str(status), _failure(kind.replace("_", " ").capitalize(), "ErrorAnswer"))
    responses["default"] = _failure("Failure", "ErrorAnswer")
    return responses


def _answer(binding: Binding, schemas: Schemas) -> Schema:
    output = binding.method.output_type
    if binding.response_body:
        field = output.fields_by_name[binding.response_body]
        if not is_http_body(field.message_type):
            return {"application/json": {"schema": schemas.of_field(field, request=False)}}
    elif not is_http_body(output):
        return {"application/json": {"schema": schemas.of_message(output, request=False)}}
    return {"*/*": {"schema": {}}}


def _failure(description: str, schema: str) -> Schema:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}
