"""The receipt must see every fault of a stream, else the benchmarks prove nothing."""

import pytest

from bench.load.receipt import Receipt, WrongTextError
from bench.numbered_text import numbered_text, token


def receive(receipt: Receipt, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        receipt.append(token(number), 1.0)


class TestReceipt:
    def test_exact_text_in_pieces_is_complete(self) -> None:
        receipt = Receipt("s", 20)
        text = numbered_text(20).text
        for start in range(0, len(text), 7):
            receipt.append(text[start : start + 7], float(start))
        receipt.finish()
        assert receipt.error is None
        assert len(receipt.arrivals) == 20
        assert receipt.arrivals == sorted(receipt.arrivals)

    def test_a_token_counts_only_when_it_is_whole(self) -> None:
        receipt = Receipt("s", 20)
        receipt.append("0, 1", 1.0)
        assert receipt.arrivals == [1.0]
        receipt.append(",", 2.0)
        assert receipt.arrivals == [1.0, 2.0]

    @pytest.mark.parametrize("numbers", [(0, 2), (0, 0), (1, 0)], ids=["lost", "doubled", "reordered"])
    def test_fault_is_an_error(self, numbers: tuple[int, int]) -> None:
        receipt = Receipt("s", 20)
        with pytest.raises(WrongTextError):
            receive(receipt, numbers)
        assert receipt.error is not None

    def test_end_before_the_last_token_is_an_error(self) -> None:
        receipt = Receipt("s", 3)
        receipt.append("0, 1,", 1.0)
        receipt.finish()
        assert receipt.error == "s: ended after 2 of 3 tokens"

    def test_whole_text_may_grow_but_not_shrink_or_change(self) -> None:
        receipt = Receipt("s", 20)
        receipt.replace("0, 1,", 1.0)
        receipt.replace("0, 1, 2,", 2.0)
        assert receipt.arrivals == [1.0, 1.0, 2.0]
        with pytest.raises(WrongTextError):
            receipt.replace("0, 1,", 3.0)
        with pytest.raises(WrongTextError):
            receipt.replace("0, 1, 2, 4,", 3.0)
