"""Method handlers, taken from the functions that grpcio generates, without a server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc


@dataclass(frozen=True, slots=True)
class Handler:
    """One method: its function and how its messages become bytes."""

    function: Any
    request_streaming: bool
    response_streaming: bool
    request_deserializer: Any
    response_serializer: Any

    def for_server(self) -> "grpc.RpcMethodHandler[Any, Any]":
        """Return the handler as grpcio wants it."""
        makers = {
            (False, False): grpc.unary_unary_rpc_method_handler,
            (False, True): grpc.unary_stream_rpc_method_handler,
            (True, False): grpc.stream_unary_rpc_method_handler,
            (True, True): grpc.stream_stream_rpc_method_handler,
        }
        make: Any = makers[self.request_streaming, self.response_streaming]
        made: grpc.RpcMethodHandler[Any, Any] = make(
            self.function,
            request_deserializer=self.request_deserializer,
            response_serializer=self.response_serializer,
        )
        return made


class HandlerCollector:
    """Stands in for a server while a generated `add_XServicer_to_server` registers its methods."""

    def __init__(self) -> None:
        self.methods: dict[str, Handler] = {}
        self.services: list[str] = []

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """Ignore the older form of registration; the newer one follows."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Take the methods of one service."""
        self.services.append(service)
        for name, handler in handlers.items():
            function = (
                handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
            )
            self.methods[f"/{service}/{name}"] = Handler(
                function,
                handler.request_streaming,
                handler.response_streaming,
                handler.request_deserializer,
                handler.response_serializer,
            )
