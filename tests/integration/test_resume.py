"""Windows that lose their connection, are reloaded or stopped in the middle of an answer."""

import asyncio

from owui_testkit.fake_provider import Gate, Reply

from .clients.people import Person
from .clients.transcript import Transcript
from .world import World, numbered


def gated(label: str, gate: Gate, before: int = 40, after: int = 60) -> Reply:
    """An answer that waits in its middle."""
    steps = [f"{label}.{number} " for number in range(before + after)]
    return Reply(steps=(*steps[:before], gate, *steps[before:]))


class TestResume:
    async def test_a_lost_socket_misses_and_repeats_nothing(self, platform: World, ada: Person) -> None:
        reply = numbered("lost", 300, delay=0.01)
        platform.provider.script(reply)
        conversation = await ada.converse()
        first = await ada.socket().connect()
        task_id = await ada.ask(conversation, first.sid)
        await first.wait(lambda: task_id in first.tasks and len(first.tasks[task_id].parts) >= 5)
        await first.cut()
        seen = first.tasks[task_id]
        heard = seen.text
        assert reply.text.startswith(heard)
        assert 0 < len(heard) < len(reply.text)
        async with ada.socket(platform.other_url) as second:
            resumed = await second.resume(task_id, seen)
            if resumed.final is None:
                await second.ended(task_id)
        assert (resumed.text, resumed.faults) == (reply.text, [])
        assert (await ada.message(conversation))["content"] == reply.text

    async def test_a_reloaded_page_finds_the_task_and_reads_it_from_the_start(
        self, platform: World, ada: Person
    ) -> None:
        gate = Gate()
        reply = gated("reload", gate)
        platform.provider.script(reply)
        conversation = await ada.converse()
        async with ada.socket() as first:
            task_id = await ada.ask(conversation, first.sid)
            await first.wait(lambda: task_id in first.tasks and "reload.39 " in first.tasks[task_id].text)
        running = await ada.rest.fetch(f"/api/tasks/chat/{conversation.chat_id}")
        assert running == {"task_ids": [task_id]}
        async with ada.socket() as second:
            resumed = await second.resume(task_id, Transcript(task_id))
            assert "reload.39 " in resumed.text
            gate.open()
            await second.ended(task_id)
        assert (resumed.text, resumed.faults) == (reply.text, [])
        assert await ada.rest.fetch(f"/api/tasks/chat/{conversation.chat_id}") == {"task_ids": []}

    async def test_an_answer_goes_on_without_any_window(self, platform: World, ada: Person) -> None:
        gate = Gate()
        reply = gated("alone", gate)
        platform.provider.script(reply)
        conversation = await ada.converse()
        async with ada.socket() as first:
            task_id = await ada.ask(conversation, first.sid)
            await gate.reached.wait()
        gate.open()
        [asked] = platform.provider.completions
        await asked.finished.wait()
        async with ada.socket() as second:
            resumed = await second.resume(task_id, Transcript(task_id))
            if resumed.final is None:
                await second.ended(task_id)
        assert (resumed.text, resumed.faults) == (reply.text, [])
        assert (await ada.message(conversation))["content"] == reply.text

    async def test_a_window_that_opens_in_the_middle_gets_the_accumulated_text(
        self, platform: World, ada: Person
    ) -> None:
        gate = Gate()
        reply = gated("late", gate)
        platform.provider.script(reply)
        conversation = await ada.converse()
        async with ada.socket() as first:
            task_id = await ada.ask(conversation, first.sid)
            await first.wait(lambda: task_id in first.tasks and "late.39 " in first.tasks[task_id].text)
            async with ada.socket(deltas=False) as second:
                gate.open()
                await first.ended(task_id)
                await second.wait(
                    lambda: any(e["data"]["data"].get("done") for e in second.of_type("chat:completion"))
                )
                texts = [e["data"]["data"].get("content") for e in second.of_type("chat:completion")]
        assert [text for text in texts if text][-1] == reply.text


class TestStop:
    async def test_another_session_stops_the_answer_and_the_provider(
        self, platform: World, ada: Person
    ) -> None:
        gate = Gate()
        platform.provider.script(gated("stopped", gate))
        conversation = await ada.converse()
        elsewhere = await ada.sign_in()
        async with ada.socket() as socket:
            task_id = await ada.ask(conversation, socket.sid)
            await socket.wait(lambda: task_id in socket.tasks and "stopped.39 " in socket.tasks[task_id].text)
            stopped = await platform.elsewhere(elsewhere).send(f"/api/tasks/stop/{task_id}")
            assert stopped["status"] is True
            [asked] = platform.provider.completions
            await asyncio.wait_for(asked.client_left.wait(), 1)
            task = await socket.ended(task_id)
        kept = "".join(f"stopped.{number} " for number in range(40))
        assert task.of_type("chat:tasks:cancel") == [None]
        assert task.final is not None
        assert (task.text, task.final["content"], task.faults) == (kept, kept, [])
        stored = await ada.message(conversation)
        assert (stored["content"], stored["done"]) == (kept, True)

    async def test_a_stop_before_the_first_token_is_heard(self, platform: World, ada: Person) -> None:
        gate = Gate()
        platform.provider.script(Reply(headers_after=gate))
        conversation = await ada.converse()
        async with ada.socket() as socket:
            task_id = await ada.ask(conversation, socket.sid)
            await gate.reached.wait()
            await ada.rest.send(f"/api/tasks/stop/{task_id}")
            [asked] = platform.provider.completions
            await asyncio.wait_for(asked.client_left.wait(), 1)
            task = await socket.ended(task_id)
        assert task.final is not None
        assert task.final["content"] == ""

    async def test_stopping_what_does_not_run_says_so(self, ada: Person) -> None:
        answer = await ada.rest.send("/api/tasks/stop/no-such-task")
        assert answer["status"] is False
