"""The servicer of requests that pass as they are."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from owui.model_proxy.v1 import pass_through_service_pb2 as pb
from owui.model_proxy.v1.pass_through_service_pb2_grpc import PassThroughServiceServicer
from owui_chassis.call import current_principal

from owui_model_proxy.domain.connections import Dialect
from owui_model_proxy.usecases.pass_through import PassedHead, Passing, PassThrough


class PassThroughServicer(PassThroughServiceServicer):
    """Carries the routes that have no method of their own."""

    def __init__(self, pass_through: PassThrough) -> None:
        self._pass_through = pass_through

    async def PassThrough(
        self, request: pb.PassThroughRequest, _context: Any
    ) -> AsyncIterator[pb.PassThroughResponse]:
        """Pass on what the provider answers."""
        wanted = Passing(
            dialect=Dialect.OLLAMA if request.kind == pb.PROVIDER_KIND_OLLAMA else Dialect.OPENAI,
            method=request.method.upper(),
            path=request.path,
            query=request.query,
            body=request.body,
            content_type=request.content_type,
            index=request.connection_index if request.HasField("connection_index") else None,
        )
        events = self._pass_through(wanted, current_principal())
        async with aclosing(events):
            async for event in events:
                if isinstance(event, PassedHead):
                    head = pb.PassThroughHead(status=event.status, content_type=event.content_type)
                    yield pb.PassThroughResponse(head=head)
                else:
                    yield pb.PassThroughResponse(data=event)
