"""Which segments become one."""

from owui_rag.adapters.index.merge_plan import (
    MERGED_CHUNKS,
    NEW_CONTENTS,
    MergedSegment,
    NewContent,
    plan_merge,
)


def new(count: int, chunks: int = 10) -> list[NewContent]:
    return [NewContent(number, chunks) for number in range(count)]


class TestPlanMerge:
    def test_a_few_small_contents_wait(self) -> None:
        assert plan_merge([], new(NEW_CONTENTS - 1)) is None

    def test_many_small_contents_become_a_segment(self) -> None:
        plan = plan_merge([], new(NEW_CONTENTS))
        assert plan is not None
        assert len(plan.contents) == NEW_CONTENTS

    def test_segments_of_like_size_are_taken_in_and_large_ones_left(self) -> None:
        segments = [MergedSegment(1, 300, 30, 0, 0), MergedSegment(2, 40_000, 400, 0, 0)]
        plan = plan_merge(segments, new(NEW_CONTENTS, 50))
        assert plan is not None
        assert plan.segments == (1,)

    def test_no_segment_grows_beyond_its_bound(self) -> None:
        plan = plan_merge([MergedSegment(1, MERGED_CHUNKS - 100, 9, 0, 0)], new(100, 100))
        assert plan is not None
        assert plan.segments == ()

    def test_what_is_left_over_comes_next(self) -> None:
        plan = plan_merge([], new(20, MERGED_CHUNKS // 10))
        assert plan is not None
        assert len(plan.contents) == 10

    def test_a_segment_with_much_that_is_gone_is_written_anew(self) -> None:
        assert plan_merge([MergedSegment(1, 100, 10, 1, 60.0)], []) is None
        for stale in (MergedSegment(1, 100, 10, 2, 0.0), MergedSegment(1, 100, 10, 1, 90_000.0)):
            plan = plan_merge([stale], [])
            assert plan is not None
            assert (plan.contents, plan.segments) == ((), (1,))

    def test_the_number_of_segments_stays_small_while_a_base_grows(self) -> None:
        segments: list[MergedSegment] = []
        copied = 0
        for step in range(400):
            plan = plan_merge(segments, new(NEW_CONTENTS, 50))
            assert plan is not None
            merged = sum(one.chunks for one in segments if one.id in plan.segments) + 50 * len(plan.contents)
            copied += merged
            segments = [one for one in segments if one.id not in plan.segments]
            segments.append(MergedSegment(step, merged, 1, 0, 0))
        total = 400 * NEW_CONTENTS * 50
        assert len(segments) < 2 + total / (MERGED_CHUNKS / 3) + 8
        assert copied < 12 * total
