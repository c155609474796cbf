"""From text to terms."""

import pytest
from owui_rag.adapters.index.analysis import document_terms, query_terms, term_of, words_of


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("The X-15's speed: 7,274 km/h", ["the", "x", "15", "s", "speed", "7", "274", "km", "h"]),
            ("snake_case and CamelCase", ["snake", "case", "and", "camelcase"]),
            ("Straße ÜBER alles", ["strasse", "über", "alles"]),
            ("ﬁnal ＡＢＣ", ["final", "abc"]),
            ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
            ("", []),
        ],
    )
    def test_are_cut_where_a_reader_would(self, text: str, words: list[str]) -> None:
        assert words_of(text) == words

    def test_of_unspaced_scripts_are_overlapping_pairs(self) -> None:
        assert words_of("東京都 Python東京") == ["東京", "京都", "python", "東京"]
        assert words_of("猫") == ["猫"]


class TestTerms:
    def test_of_one_stem_are_one(self) -> None:
        assert term_of("retrieval", "english") == term_of("retrieve", "english")
        assert term_of("häuser", "german") == term_of("haus", "german")

    def test_small_words_are_none(self) -> None:
        assert term_of("the", "english") == 0
        assert term_of("the", "simple") != 0

    def test_without_accents_find_those_with_accents(self) -> None:
        assert term_of("café", "simple") == term_of("cafe", "simple")

    def test_are_counted_by_document(self) -> None:
        language, (first, second) = document_terms(["Owls and owls", "of the"], "english")
        assert language == "english"
        assert list(first.values()) == [2]
        assert not second

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            (
                "The wings of the aircraft were tested in the tunnel and it was found that they are stable",
                "english",
            ),
            ("Der Flügel wurde im Windkanal geprüft und es zeigte sich, dass er nicht bricht", "german"),
            ("Les ailes de l'avion ont été testées dans la soufflerie et elles sont stables", "french"),
            ("Las alas del avión fueron probadas en el túnel y se encontró que son estables", "spanish"),
            ("東京都の人口は増えている", "simple"),
            ("x = y + z; return foo(bar)", "english"),
        ],
    )
    def test_are_stemmed_in_the_language_of_the_text(self, text: str, language: str) -> None:
        assert document_terms([text])[0] == language

    def test_of_a_question_meet_documents_of_every_language(self) -> None:
        _, (german,) = document_terms(["Die Häuser der Stadt"], "german")
        _, (english,) = document_terms(["The houses of the city"], "english")
        asked = query_terms("houses Haus", ["english", "german"])
        assert asked.keys() & german.keys()
        assert asked.keys() & english.keys()
