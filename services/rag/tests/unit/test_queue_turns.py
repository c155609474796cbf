"""Which queues a worker looks into while it reads large files."""

from owui_rag.adapters.queue_turns import QueueTurns, room
from owui_rag.domain.ingestion import BULK, HEAVY, LIGHT, QUEUES


class TestTurns:
    def test_large_files_leave_room_for_small_ones(self) -> None:
        turns = QueueTurns()
        turns.update(QUEUES)
        room.limit = 2
        with room.reading(HEAVY), room.reading(LIGHT):
            assert turns.consume(3) == [LIGHT, BULK, HEAVY]
            with room.reading(HEAVY):
                assert turns.consume(3) == [LIGHT, BULK]
            assert turns.consume(3) == [LIGHT, BULK, HEAVY]

    def test_a_worker_for_large_files_alone_takes_as_many_as_it_can(self) -> None:
        turns = QueueTurns()
        turns.update([HEAVY])
        room.limit = 1
        with room.reading(HEAVY):
            assert turns.consume(1) == [HEAVY]

    def test_queues_are_served_by_turns(self) -> None:
        turns = QueueTurns()
        turns.update(QUEUES)
        turns.rotate(LIGHT)
        assert turns.consume(3) == [BULK, HEAVY, LIGHT]
