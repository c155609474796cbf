"""Asks a process whether it is well: `python -m owui_chassis.probe grpc://127.0.0.1:50051`, or `http://…`.

For container engines that can only run a command; Kubernetes asks by itself. Exit code 0 when it is well.
"""

import http.client
import sys
from urllib.parse import urlsplit

SECONDS = 5.0


def ask_http(address: str, path: str) -> str:
    """Return what is wrong with a server that has to answer 200, or nothing."""
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    try:
        connection.request("GET", path or "/")
        status = connection.getresponse().status
    finally:
        connection.close()
    return "" if status == http.HTTPStatus.OK else f"answered {status}"


def ask_grpc(address: str) -> str:
    """Return what is wrong with a gRPC server that has to report that it is serving, or nothing."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    # A proxy of the surroundings is not the way to one's own container.
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        except grpc.RpcError as error:
            return str(error.code())
    return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else "not serving"


def main(arguments: list[str]) -> int:
    """Ask; print what is wrong in one line."""
    if len(arguments) != 1 or (parts := urlsplit(arguments[0])).scheme not in {"grpc", "http"}:
        sys.stderr.write("usage: python -m owui_chassis.probe grpc://HOST:PORT | http://HOST:PORT/PATH\n")
        return 2
    try:
        wrong = ask_grpc(parts.netloc) if parts.scheme == "grpc" else ask_http(parts.netloc, parts.path)
    except (OSError, http.client.HTTPException) as error:
        wrong = f"{type(error).__name__}: {error}"
    if wrong:
        sys.stderr.write(f"{arguments[0]}: {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
