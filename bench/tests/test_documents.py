"""The texts of the ingestion scenarios: the same at each run, as long as is said, of realistic words."""

from collections import Counter

from bench.documents import passage_of, question_about, text_of, vocabulary


class TestTexts:
    def test_are_the_same_at_each_run_and_different_by_number(self) -> None:
        assert text_of(3, 5_000) == text_of(3, 5_000)
        assert text_of(3, 5_000) != text_of(4, 5_000)

    def test_have_exactly_the_size(self) -> None:
        for size in (1_000, 50_000):
            assert len(text_of(1, size).encode()) == size

    def test_have_few_frequent_and_many_rare_words(self) -> None:
        counts = Counter(text_of(1, 50_000).lower().replace(".", "").split())
        ordered = [count for _, count in counts.most_common()]
        assert ordered[0] > 100
        assert sum(count == 1 for count in ordered) > len(ordered) / 3
        assert counts["the"] > counts[vocabulary()[2_000]]

    def test_share_a_topic_within_a_file_only(self) -> None:
        rare = set(vocabulary()[300:])
        one, same, other = (
            Counter(word for word in text.lower().split() if word in rare)
            for text in (text_of(1, 50_000)[:25_000], text_of(1, 50_000)[25_000:], text_of(2, 25_000))
        )
        assert sum((one & same).values()) > 3 * sum((one & other).values())


class TestQuestions:
    def test_are_words_of_the_text(self) -> None:
        text = text_of(5, 10_000)
        words = question_about(text, 1).rstrip("?").split()
        assert 4 <= len(words) <= 10
        assert set(words) <= set(text.replace(".", "").split())

    def test_a_passage_is_a_stretch_on_one_line(self) -> None:
        text = text_of(5, 10_000)
        assert passage_of(text, 1, 400) in " ".join(text.split())
