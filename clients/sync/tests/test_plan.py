"""What the comparison with a base becomes."""

from owui_sync.plan import Entry, Move, plan_work


def everything(_path: str) -> bool:
    return True


def nothing(_path: str) -> bool:
    return False


class TestPlanWork:
    def test_the_same_bytes_elsewhere_are_a_move(self) -> None:
        work = plan_work(
            [Entry("new/a.txt", "1")], [], [Entry("a.txt", "1", "f1")], may_remove=everything, present=nothing
        )
        assert (work.moves, work.uploads, work.removals) == ([Move("f1", "a.txt", "new/a.txt")], [], [])

    def test_a_move_prefers_the_same_name(self) -> None:
        gone = [Entry("b.txt", "1", "f1"), Entry("old/a.txt", "1", "f2")]
        work = plan_work([Entry("new/a.txt", "1")], [], gone, may_remove=everything, present=nothing)
        assert work.moves == [Move("f2", "old/a.txt", "new/a.txt")]
        assert work.removals == [gone[0]]

    def test_a_file_of_the_base_moves_once(self) -> None:
        new = [Entry("x/a.txt", "1"), Entry("y/a.txt", "1")]
        work = plan_work(new, [], [Entry("a.txt", "1", "f1")], may_remove=everything, present=nothing)
        assert [move.target for move in work.moves] == ["x/a.txt"]
        assert [entry.path for entry in work.uploads] == ["y/a.txt"]

    def test_what_may_not_be_removed_is_neither_moved(self) -> None:
        work = plan_work(
            [Entry("new/a.txt", "1")], [], [Entry("a.txt", "1", "f1")], may_remove=nothing, present=nothing
        )
        assert not work.moves
        assert not work.removals
        assert [entry.path for entry in work.uploads] == ["new/a.txt"]

    def test_a_second_file_at_the_same_path_goes_even_when_nothing_may_be_removed(self) -> None:
        left_over = Entry("a.txt", "0", "f1")
        work = plan_work([], [], [left_over], may_remove=nothing, present=everything)
        assert work.removals == [left_over]

    def test_a_changed_file_is_uploaded_in_the_place_of_the_former(self) -> None:
        work = plan_work([], [Entry("a.txt", "2", "f1")], [], may_remove=everything, present=everything)
        assert [(entry.path, entry.file_id) for entry in work.uploads] == [("a.txt", "f1")]
