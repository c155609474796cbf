"""Performs the calls of transcoded routes over the channel of the service that owns the method."""

from typing import Any, cast

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from owui_chassis.runtime import Runtime

from owui_gateway.credentials import Caller


class ServiceCalls:
    """One callable per method, made when it is first used."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._callables: dict[str, Any] = {}

    async def __call__(self, method: MethodDescriptor, request: Message, caller: Caller | None) -> Message:
        """Return the answer of the service; the caller travels in the current call."""
        call = self._callables.get(method.full_name)
        if call is None:
            call = self._callables[method.full_name] = self._callable(method)
        return cast(Message, await call(request))

    def _callable(self, method: MethodDescriptor) -> Any:
        # "owui.model_proxy.v1" names the service "model-proxy".
        service = method.containing_service.file.package.split(".")[1].replace("_", "-")
        answer: Any = GetMessageClass(method.output_type)
        request: Any = GetMessageClass(method.input_type)
        return self._runtime.channel(service).unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=request.SerializeToString,
            response_deserializer=answer.FromString,
        )
