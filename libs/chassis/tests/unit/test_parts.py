"""The small parts: errors, background work, batches, credit, traces, log lines, encryption."""

import asyncio
import logging
import sys
from contextlib import suppress
from itertools import pairwise

import grpc
import orjson
import pytest
from owui_chassis import errors
from owui_chassis.background import Background
from owui_chassis.call import Call, serving
from owui_chassis.encryption import Cipher, DecryptionError
from owui_chassis.errors import Kind, ServiceError, Unavailable, error_of, status_of
from owui_chassis.grpc.batches import Batches
from owui_chassis.grpc.credit import Credit
from owui_chassis.logs import JsonFormatter, configure_logging
from owui_chassis.tracing import new_trace, span, valid_trace

KINDS = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ServiceError)]


class TestErrors:
    @pytest.mark.parametrize("kind", [one for one in KINDS if one is not ServiceError])
    def test_survive_the_way_over_a_wire(self, kind: type[ServiceError]) -> None:
        sent = kind("A sentence", "a_reason", retry_after=1.5)
        received = error_of(status_of(sent), sent.message, sent.reason, sent.retry_after)
        assert type(received) is kind
        assert (received.message, received.reason, received.retry_after) == ("A sentence", "a_reason", 1.5)

    def test_every_kind_has_a_status_of_its_own(self) -> None:
        statuses = [status_of(type("E", (ServiceError,), {"kind": kind})("")) for kind in Kind]
        assert len(set(statuses)) == len(Kind)

    @pytest.mark.parametrize(
        "status", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS]
    )
    def test_details_of_bugs_stay_inside(self, status: grpc.StatusCode) -> None:
        error = error_of(status, "Traceback: secret")
        assert (error.kind, error.message) == (Kind.INTERNAL, "Internal error")

    def test_a_missed_deadline_is_a_service_that_is_away(self) -> None:
        assert isinstance(error_of(grpc.StatusCode.DEADLINE_EXCEEDED, ""), Unavailable)

    def test_have_their_kind_as_reason_when_none_is_given(self) -> None:
        assert errors.NotFound("x").reason == "not_found"


class TestBackground:
    async def test_work_goes_on_after_exceptions_and_slows_down(self) -> None:
        background, times = Background(), []
        enough = asyncio.Event()

        async def fail() -> None:
            times.append(asyncio.get_running_loop().time())
            if len(times) == 3:
                enough.set()
            raise RuntimeError("no")

        background.every(0.001, fail, "failing")
        await asyncio.wait_for(enough.wait(), 5)
        await background.stop()
        assert times[2] - times[1] > times[1] - times[0] > 0.15

    async def test_what_worked_for_a_while_is_tried_again_soon(self) -> None:
        background, times = Background(), []
        enough = asyncio.Event()

        async def work() -> None:
            times.append(asyncio.get_running_loop().time())
            if len(times) == 6:
                enough.set()
            await asyncio.sleep(0.25)
            raise RuntimeError("no")

        background.forever(work, "breaking")
        await asyncio.wait_for(enough.wait(), 10)
        await background.stop()
        assert max(after - before for before, after in pairwise(times)) < 1.0

    async def test_work_that_should_not_end_is_begun_again(self) -> None:
        background, runs = Background(), 0
        enough = asyncio.Event()

        async def end() -> None:
            nonlocal runs
            runs += 1
            if runs == 3:
                enough.set()

        background.forever(end, "ending")
        await asyncio.wait_for(enough.wait(), 5)
        await background.stop()

    async def test_one_failure_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        background = Background()

        async def fail() -> None:
            raise RuntimeError("broken")

        await asyncio.wait([background.spawn(fail(), "a thing")])
        await asyncio.sleep(0)
        assert "a thing failed" in caplog.text

    async def test_stopping_waits_for_the_end(self) -> None:
        background, cleaned = Background(), asyncio.Event()

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)
                cleaned.set()

        background.spawn(work(), "work")
        await asyncio.sleep(0)
        await background.stop()
        assert cleaned.is_set()

    async def test_stopping_ends_what_lost_a_cancellation(self) -> None:
        background, lost = Background(), asyncio.Event()

        async def lose() -> None:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            lost.set()
            await asyncio.Event().wait()

        work = background.spawn(lose(), "work")
        await asyncio.sleep(0)
        await asyncio.wait_for(background.stop(patience=0.01), 5)
        assert lost.is_set()
        assert work.cancelled()


class TestBatches:
    async def test_the_first_goes_at_once_and_those_of_a_tick_together(self) -> None:
        batches: Batches[int] = Batches(tick=0.05)
        batches.put(1)
        assert await asyncio.wait_for(batches.take(), 0.04) == [1]
        batches.put(2)
        batches.put(3)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batches.take(), 0.01)
        batches.put(4)
        assert await asyncio.wait_for(batches.take(), 5) == [2, 3, 4]

    async def test_closing_gives_what_is_left(self) -> None:
        batches: Batches[int] = Batches()
        batches.put(1)
        batches.close()
        assert await batches.take() == [1]
        assert await batches.take() == []
        assert batches.closed

    async def test_waking_gives_nothing_without_closing(self) -> None:
        batches: Batches[int] = Batches()
        taking = asyncio.create_task(batches.take())
        await asyncio.sleep(0)
        batches.wake()
        assert await taking == []
        assert not batches.closed


class TestCredit:
    async def test_is_spent_until_there_is_none(self) -> None:
        credit = Credit(10)
        await credit.spend(6)
        # One message may overdraw what is left.
        await credit.spend(100)
        waiting = asyncio.create_task(credit.spend(1))
        await asyncio.sleep(0)
        credit.give(90)
        await asyncio.sleep(0)
        assert not waiting.done()
        credit.give(10)
        await asyncio.wait_for(waiting, 5)


class TestTraces:
    def test_new_ones_are_valid_and_different(self) -> None:
        assert valid_trace(new_trace())
        assert new_trace() != new_trace()

    @pytest.mark.parametrize(
        "text", ["", "x", "00-0-0-00", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", "00-" + "z" * 32 + "-1-01"]
    )
    def test_garbage_is_not(self, text: str) -> None:
        assert not valid_trace(text)

    def test_without_export_a_trace_is_passed_on(self) -> None:
        trace = new_trace()
        with span("work", trace) as inner:
            assert inner == trace


class TestLogs:
    def line(self, message: str, *arguments: object, exc_info: object = None) -> dict[str, str]:
        record = logging.LogRecord("a.b", logging.INFO, "f.py", 1, message, arguments, exc_info)  # type: ignore[arg-type]
        line: dict[str, str] = orjson.loads(JsonFormatter("demo").format(record))
        return line

    def test_are_one_object_a_line(self) -> None:
        line = self.line("hello\n%s", "wörld")
        assert line.pop("time").endswith("+00:00")
        assert line == {"level": "INFO", "service": "demo", "logger": "a.b", "message": "hello\nwörld"}

    def test_carry_the_trace_of_the_call(self) -> None:
        with serving(Call(trace="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
            assert self.line("x")["trace_id"] == "0af7651916cd43dd8448eb211c80319c"

    def test_carry_exceptions(self) -> None:
        try:
            raise ValueError("broken")
        except ValueError:
            line = self.line("x", exc_info=sys.exc_info())
        assert "ValueError: broken" in line["error"]

    def test_survive_a_level_that_is_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            configure_logging({"GLOBAL_LOG_LEVEL": "LOUD"}, "demo")
            assert root.level == logging.INFO
            assert "LOUD is no level" in orjson.loads(capsys.readouterr().err)["message"]
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)


class TestEncryption:
    def test_gives_back_what_was_sealed(self) -> None:
        cipher = Cipher("secret", "setting")
        sealed = cipher.encrypt("päss")
        assert cipher.decrypt(sealed) == "päss"
        assert sealed != cipher.encrypt("päss")
        assert "p" not in sealed or "päss" not in sealed

    def test_needs_the_same_secret_and_purpose(self) -> None:
        sealed = Cipher("secret", "setting").encrypt("x")
        for other in (Cipher("another", "setting"), Cipher("secret", "key")):
            with pytest.raises(DecryptionError):
                other.decrypt(sealed)

    @pytest.mark.parametrize("garbage", ["", "x", "é", "AAAA", "A" * 100])
    def test_refuses_garbage(self, garbage: str) -> None:
        with pytest.raises(DecryptionError):
            Cipher("secret", "setting").decrypt(garbage)
