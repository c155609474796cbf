"""A provider for Terraform that knows what arguments there are, and nothing else.

Terraform validates and plans with it, without a cloud. It starts `terraform-provider-NAME`, reads a line
of greeting and talks gRPC over a socket: plugin protocol 6, whose few messages here are written by hand.
"""

import json
import sys
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc

NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}
# What each rpc answers when there is nothing to say against the configuration.
SILENT = {
    "ValidateProviderConfig",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "ConfigureProvider",
    "StopProvider",
}
WRITE_ONLY = "_wo"


def varint(number: int) -> bytes:
    """Encode a number."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field: int, value: int) -> bytes:
    """Encode a field with a number; nothing for 0, which is what is read where nothing is."""
    return varint(field << 3) + varint(value) if value else b""


def message(field: int, value: bytes | str) -> bytes:
    """Encode a field with a message, a text or bytes."""
    raw = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def attribute(name: str, shape: dict[str, Any]) -> bytes:
    """Encode an argument or what can only be read."""
    required, computed = shape["required"], shape.get("computed", False)
    write_only = name.endswith(WRITE_ONLY) and not computed
    # An argument that is not given may be chosen by the cloud: that is not known here, and does no harm.
    return (
        message(1, name)
        + message(2, json.dumps(shape["type"]))
        + number(4, required)
        + number(5, not required and not computed)
        + number(6, not required and not write_only)
        + number(7, shape.get("sensitive", False))
        + number(11, write_only)
    )


def nested_attribute(name: str, shape: dict[str, Any]) -> bytes:
    """Encode an argument that is an object, or several."""
    inner = b"".join(message(1, attribute(key, one)) for key, one in shape["attributes"].items())
    inner += b"".join(message(1, nested_attribute(key, one)) for key, one in shape["blocks"].items())
    nested = inner + number(3, NESTING[shape["nesting"]])
    return (
        message(1, name)
        + number(4, shape["required"])
        + number(5, not shape["required"])
        + number(7, shape.get("sensitive", False))
        + message(10, nested)
    )


def block(shape: dict[str, Any]) -> bytes:
    """Encode the arguments and blocks of a resource or of a block."""
    encoded = b"".join(message(2, attribute(name, one)) for name, one in shape["attributes"].items())
    for name, one in shape["blocks"].items():
        if one["attribute"]:
            encoded += message(2, nested_attribute(name, one))
            continue
        nested = message(1, name) + message(2, block(one)) + number(3, NESTING[one["nesting"]])
        several = one["nesting"] in {"list", "set"}
        nested += number(4, several and one["required"]) + number(5, one["max"])
        encoded += message(3, nested)
    return encoded


def schema(shape: dict[str, Any]) -> bytes:
    """Encode a schema in its first version."""
    return message(2, block(shape))


def provider_schema(known: dict[str, Any]) -> bytes:
    """Encode the answer to GetProviderSchema."""
    encoded = message(1, schema(known["configuration"]))
    for address, shape in known["resources"].items():
        field, name = (3, address[5:]) if address.startswith("data.") else (2, address)
        encoded += message(field, message(1, name) + message(2, schema(shape)))
    return encoded


class Provider(grpc.GenericRpcHandler):
    """Answers for one provider."""

    def __init__(self, known: dict[str, Any], stopped: threading.Event) -> None:
        self._answers = {"GetProviderSchema": provider_schema(known)} | dict.fromkeys(SILENT, b"")
        self._stopped = stopped

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return what answers a method; None for those that are not needed."""
        name = handler_call_details.method.rpartition("/")[2]
        if name == "Shutdown":
            return grpc.unary_unary_rpc_method_handler(self._shut_down)
        if name == "StartStream":
            return grpc.stream_stream_rpc_method_handler(self._wait)
        if name not in self._answers:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda _request, _context: self._answers[name])

    def _shut_down(self, _request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._stopped.set()
        return b""

    def _wait(self, _requests: Iterable[bytes], _context: grpc.ServicerContext) -> Iterable[bytes]:
        self._stopped.wait()
        return iter(())


def main() -> None:
    """Greet Terraform and answer until it says goodbye."""
    known = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    stopped = threading.Event()
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_send_message_length", -1)])
    server.add_generic_rpc_handlers((Provider(known, stopped),))
    with tempfile.TemporaryDirectory(prefix="stub-provider-") as folder:
        address = f"{folder}/socket"
        server.add_insecure_port(f"unix:{address}")
        server.start()
        sys.stdout.write(f"1|6|unix|{address}|grpc|\n")
        sys.stdout.flush()
        stopped.wait()
        server.stop(1).wait()


if __name__ == "__main__":
    main()
