"""A real S3-compatible server for tests: SeaweedFS in a temporary folder."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from owui_local.leftovers import temporary_folder

ACCESS_KEY, SECRET_KEY, BUCKET = "test-key", "test-secret", "files"
_START_SECONDS = 60.0


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Yield the address of a server with one bucket and one account."""
    folder = temporary_folder("seaweed")
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    log = (folder / "log").open("wb")
    command, port = _command(folder)
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(url, process, folder / "log")
        yield url
    finally:
        # It takes its time to end in good order, and nothing here is worth that.
        process.kill()
        process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def admin_client(url: str) -> Any:
    """Return a plain client of the server."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
    )


def _command(folder: Path) -> tuple[list[str], int]:
    names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port"]
    names += ["filer.port.grpc", "s3.port", "s3.port.grpc"]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    program = str(Path(sys.executable).parent / "weed")
    command = [program, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-filer", "-s3"]
    command += ["-volume.max=20", "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-s3.config={folder}/s3.json", *(f"-{name}={port}" for name, port in ports.items())]
    return command, ports["s3.port"]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _make_bucket(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    client = admin_client(url)
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="first", Body=b"1")
            client.delete_object(Bucket=BUCKET, Key="first")
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no S3 server: {error}: {log.read_text()[-2000:]}") from error
            time.sleep(0.1)
        else:
            return
