"""`make up` as a person meets it: starts, keeps data, explains what is wrong, leaves nothing behind."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from owui_local.data_directory import DataDirectory
from owui_local.process import wait_until_gone
from owui_local.stack import Stack

ACCOUNT = {"name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}


def post(base_url: str, path: str, body: object) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=30)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, response.read()


def run_up(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "ENV_FILE": os.devnull, "DEMO_MODEL": "off", "DATA_DIR": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "owui_local.up"],
        env={**surroundings, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


class TestStartAndStop:
    def test_data_is_there_at_the_second_start_and_no_process_stays(self, tmp_path: Path) -> None:
        data = tmp_path / "data with space"
        with Stack(data_dir=data) as first:
            assert post(first.base_url, "/api/v1/auths/signup", ACCOUNT)[0] == 200
            pids = first.pids
        assert all(wait_until_gone(pid, 60) for pid in pids.values())
        with Stack(data_dir=data) as second:
            assert post(second.base_url, "/api/v1/auths/signin", ACCOUNT)[0] == 200
            pids = second.pids
            second.kill("main")
            assert all(wait_until_gone(pid, 60) for name, pid in pids.items() if name != "main")
        with Stack(data_dir=data) as third:
            assert post(third.base_url, "/api/v1/auths/signin", ACCOUNT)[0] == 200

    def test_it_ends_with_the_process_that_started_it(self, tmp_path: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from owui_local.stack import Stack\n"
            "stack = Stack(data_dir=Path(sys.argv[1])); stack.start()\n"
            "print(*stack.pids.values(), flush=True); sys.stdin.read()"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "data")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 4
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
        assert all(wait_until_gone(pid, 60) for pid in pids)


class TestClearWords:
    def test_a_taken_port(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            found = run_up(tmp_path / "data", PORT=port)
        assert found.returncode == 1
        assert found.stderr.startswith(f"error: Port {port} is taken by another program.")
        assert found.stderr.count("\n") == 1

    def test_a_data_folder_in_use(self, tmp_path: Path) -> None:
        with DataDirectory(tmp_path / "data"):
            found = run_up(tmp_path / "data", PORT="0")
        assert found.returncode == 1
        assert "is in use by another start" in found.stderr
        assert found.stderr.count("\n") == 1

    def test_a_corrupt_data_folder(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "postgres").mkdir(parents=True)
        (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("18\n", encoding="utf-8")
        found = run_up(tmp_path / "data", PORT="0")
        assert found.returncode == 1
        assert "holds no complete Postgres database" in found.stderr
        assert found.stderr.count("\n") == 1

    def test_a_wrong_setting(self, tmp_path: Path) -> None:
        found = run_up(tmp_path / "data", PORT="0", GATEWAY_MAX_STREAMS="many")
        assert found.returncode == 1
        assert found.stderr.startswith("error: GATEWAY_MAX_STREAMS")
        assert "Traceback" not in found.stderr


class TestRecovery:
    def test_killed_stores_come_back(self) -> None:
        with Stack() as stack:
            for name in ("postgres", "redis"):
                before = stack.pids[name]
                stack.kill(name)
                stack.wait_for_new(name, before)
            assert post(stack.base_url, "/api/v1/auths/signup", ACCOUNT)[0] == 200
