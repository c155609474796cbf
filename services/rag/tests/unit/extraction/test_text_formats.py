"""Text, tables, JSON, web pages and transcripts."""

import codecs
import json

import pytest
from owui_rag.domain.documents import Unreadable

from .conftest import Read


class TestPlainText:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
    )
    def test_is_read_in_its_encoding(self, read: Read, encoding: str) -> None:
        text = "Grüße aus Köln, “quoted” naïve café – Ærø"
        assert read(text.encode(encoding), "a.txt").text == text

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 5),
            ("shift_jis", "これは日本語の文章です。文字コードを調べるためのものです。" * 5),
            ("gb18030", "这是一个用来测试编码检测的中文句子，应当能够被正确识别。" * 5),
            ("euc_kr", "이것은 인코딩을 확인하기 위한 한국어 문장입니다. " * 5),
        ],
    )
    def test_is_read_in_older_encodings_of_other_scripts(self, read: Read, encoding: str, text: str) -> None:
        assert read(text.encode(encoding), "a.txt").text.strip() == text.strip()

    @pytest.mark.parametrize("times", [1, 10])
    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1252", "Não há razão para a organização não começar amanhã. As ações são ótimas. "),
            ("cp1252", "Åsa går över ån på våren och äter smörgås med räkor. Är det långt? Nej. "),
            ("cp1252", "Rødgrød med fløde på en ø i æblehaven, hvor børnene løber. "),
            ("cp1252", "Þetta er íslenskur texti og það er gaman að lesa hann með börnunum í dag. "),
            ("cp1250", "Árvíztűrő tükörfúrógép. A gyönyörű őszi erdőben sétáltunk, és énekeltünk. "),
            ("cp1250", "Zażółć gęślą jaźń. Wczoraj byliśmy w Łodzi, gdzie świeciło słońce. "),
            ("cp1254", "Pijamalı hasta yağız şoföre çabucak güvendi. İstanbul'da güzel bir gün. "),
            ("koi8_r", "Съешь же ещё этих мягких французских булок, да выпей чаю. "),
            ("iso2022_jp", "これは日本語の文章です。"),
        ],
    )
    def test_is_told_from_its_neighbours(self, read: Read, encoding: str, text: str, times: int) -> None:
        assert read((text * times).encode(encoding), "a.txt").text == text * times

    def test_loses_what_no_store_can_keep(self, read: Read) -> None:
        assert read(b"a\x00b\r\nc\rd\x0ce \xef\xbf\xbe", "a.txt").text == "ab\nc\nd\ne "

    @pytest.mark.parametrize("written", ["ship\u00adping", "ship\u00ad\nping"])
    def test_loses_the_marks_of_places_where_a_word_may_be_broken(self, read: Read, written: str) -> None:
        assert read(f"The {written} costs".encode(), "a.txt").text == "The shipping costs"

    def test_is_composed_so_that_searches_find_it(self, read: Read) -> None:
        assert read("Cafe\u0301".encode(), "a.txt").text == "Café"

    def test_empty_files_say_so(self, read: Read) -> None:
        for content in (b"", b"   \n", codecs.BOM_UTF8):
            with pytest.raises(Unreadable) as refused:
                read(content, "a.txt")
            assert refused.value.reason == "empty"

    def test_source_code_keeps_its_lines(self, read: Read) -> None:
        code = "def main():\n    # a comment\n    return 1"
        document = read(code.encode(), "main.py")
        assert document.text == code
        assert not document.is_markdown

    def test_markdown_is_known_as_such_without_its_front_matter_as_heading(self, read: Read) -> None:
        document = read(b"---\ntitle: x\n---\n\n# Head\n\ntext", "a.md")
        assert document.is_markdown
        assert document.text == "title: x\n\n\n# Head\n\ntext"

    def test_binary_files_are_refused_with_advice(self, read: Read) -> None:
        with pytest.raises(Unreadable) as refused:
            read(bytes(range(256)) * 20, "program.exe")
        assert refused.value.reason == "unsupported"
        assert ".exe" in refused.value.message

    def test_more_text_than_allowed_is_refused(self, read: Read) -> None:
        with pytest.raises(Unreadable) as refused:
            read(b"word " * 100, "a.txt", characters=400)
        assert refused.value.reason == "too_much_text"


class TestTables:
    def test_rows_name_their_columns(self, read: Read) -> None:
        document = read(b'name,born,"a note"\nAda,1815,"first, of many"\n\nAlan,1912,\n', "a.csv")
        assert document.text == "name: Ada; born: 1815; a note: first, of many\nname: Alan; born: 1912"
        assert document.metadata["rows"] == "2"

    @pytest.mark.parametrize(("name", "mark"), [("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", "|")])
    def test_other_marks_are_recognised(self, read: Read, name: str, mark: str) -> None:
        text = f"city{mark}people\nBonn{mark}1,000\nUlm{mark}2,000\n"
        assert read(text.encode(), name).text == "city: Bonn; people: 1,000\ncity: Ulm; people: 2,000"

    def test_cells_of_several_lines_do_not_hide_the_mark(self, read: Read) -> None:
        text = read(b'name;note;born\nAda;"first\nof\nmany";1815\n', "a.csv").text
        assert text == "name: Ada; note: first of many; born: 1815"

    def test_numbers_alone_have_no_header(self, read: Read) -> None:
        assert read(b"1,2\n3,4\n", "a.csv").text == "1 | 2\n3 | 4"


class TestJson:
    def test_records_become_lines(self, read: Read) -> None:
        text = json.dumps([{"name": "Ada", "born": 1815, "gone": None}, {"name": "Alan", "alive": False}])
        assert read(text.encode(), "a.json").text == "name: Ada; born: 1815\nname: Alan; alive: false"

    def test_lines_of_records_do_too(self, read: Read) -> None:
        assert read(b'{"a": 1}\n\n{"a": "x y"}\n', "a.jsonl").text == "a: 1\na: x y"

    def test_lines_that_break_off_are_kept_as_text(self, read: Read) -> None:
        assert read(b'{"a": 1}\n{"a": 2}\n{"a"', "a.jsonl").text == '{"a": 1}\n{"a": 2}\n{"a"'

    def test_a_single_long_line_is_laid_out(self, read: Read) -> None:
        text = json.dumps({"a": {"b": ["x" * 50] * 9}})
        assert read(text.encode(), "a.json").text.count("\n") > 9

    def test_what_is_no_json_is_kept_as_text(self, read: Read) -> None:
        assert read(b"{not json", "a.json").text == "{not json"

    def test_deep_nesting_is_no_crash(self, read: Read) -> None:
        with pytest.raises(Unreadable) as refused:
            read(b"[" * 200_000 + b"]" * 200_000, "a.json")
        assert refused.value.reason == "broken"

    def test_what_would_grow_a_thousandfold_stays_as_it_is(self, read: Read) -> None:
        text = "[" * 500 + "1," * 50_000 + "1" + "]" * 500
        assert read(text.encode(), "a.json").text == text

    def test_a_notebook_gives_its_cells(self, read: Read) -> None:
        cells = [
            {"cell_type": "markdown", "source": ["# Title\n", "text"]},
            {"cell_type": "code", "source": "print(1)", "outputs": [{"text": ["1\n"]}]},
        ]
        document = read(json.dumps({"cells": cells}).encode(), "a.ipynb")
        assert document.text == "# Title\ntext\n\n```\nprint(1)\n```\n1"
        assert document.is_markdown


PAGE = """<!doctype html><html><head><title>A page &amp; more</title><style>p{}</style></head><body>
<nav>Home | About</nav><script>alert("x")</script><div role="banner">Banner</div><div hidden>gone</div>
<h1>Top <i>heading</i></h1><p>First
  paragraph<br>second line</p><ul><li>one<ol><li>deep</li><li>deeper</li></ol></li><li>two</li></ul>
<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td>2</td></tr></table>
<pre>  code
    here</pre><footer>Imprint</footer></body></html>"""


class TestWebPages:
    def test_give_what_a_reader_came_for_as_markdown(self, read: Read) -> None:
        document = read(PAGE.encode(), "a.html")
        assert document.title == "A page & more"
        assert document.is_markdown
        assert document.text == (
            "# Top heading\n\nFirst paragraph\nsecond line\n\n- one\n  1. deep\n  2. deeper\n\n- two\n\n"
            "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |\n\n```\n  code\n    here\n```"
        )

    def test_give_their_main_part_where_they_mark_it(self, read: Read) -> None:
        page = f"<body><div>Teaser</div><main><p>{'The story. ' * 40}</p></main></body>"
        assert "Teaser" not in read(page.encode(), "a.html").text

    def test_give_what_stands_inside_a_form(self, read: Read) -> None:
        page = (
            "<body><form><h1>Hours</h1><p>Nine to five.</p><input value=x><button>Go</button></form></body>"
        )
        assert read(page.encode(), "a.html").text == "# Hours\n\nNine to five."

    def test_are_recognised_without_a_name(self, read: Read) -> None:
        assert read(PAGE.encode(), "download", "text/html; charset=utf-8").title == "A page & more"

    @pytest.mark.parametrize(
        "name", ["www.example.com", "127.0.0.2:8080", "Release 2.0", "page.txt", "What is new in .NET"]
    )
    def test_is_read_as_one_whatever_it_is_called(self, read: Read, name: str) -> None:
        for page in (PAGE, PAGE.replace("<!doctype html>", "<!-- made by hand -->")):
            assert read(page.encode(), name, "text/html").title == "A page & more"

    @pytest.mark.parametrize("name", ["a.php", "App.vue", "base.jinja2", "list.aspx"])
    def test_of_a_program_is_its_source(self, read: Read, name: str) -> None:
        assert "<title>" in read(PAGE.encode(), name, "text/html").text
        assert read(PAGE.encode(), "download").is_markdown

    def test_are_read_in_the_encoding_they_declare(self, read: Read) -> None:
        page = '<html><head><meta charset="iso-8859-2"></head><body><p>Zażółć gęślą jaźń</p></body></html>'
        assert read(page.encode("iso-8859-2"), "a.html").text == "Zażółć gęślą jaźń"

    def test_are_read_in_the_encoding_that_came_with_them(self, read: Read) -> None:
        page = "<p>Съешь ещё</p>".encode("koi8-r")
        assert read(page, "page", "text/html; charset=KOI8-R").text == "Съешь ещё"

    def test_may_be_as_deep_as_they_like(self, read: Read) -> None:
        page = b"<div>" * 1_500 + b"deep" + b"</div>" * 1_500 + b"<p>after</p>"
        assert "deep" in read(page, "a.html").text


class TestXml:
    def test_gives_its_texts_with_names(self, read: Read) -> None:
        assert read(b"<book><title>A</title><p>one <b>two</b> three</p></book>", "a.xml").text == (
            "title: A\np: one\nb: two\nthree"
        )

    def test_entities_are_neither_expanded_nor_fetched(
        self, read: Read, tmp_path: pytest.TempPathFactory
    ) -> None:
        secret = tmp_path / "secret"  # type: ignore[operator]  # a Path
        secret.write_text("hunter2")
        lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
        page = f'<!DOCTYPE r [<!ENTITY l0 "lol">{lol}<!ENTITY x SYSTEM "file://{secret}">]><r><a>ok</a>&l11;&x;</r>'
        text = read(page.encode(), "a.xml").text
        assert "hunter2" not in text
        assert "lollol" not in text
        assert "ok" in text


class TestTranscripts:
    def test_subtitles_lose_their_times(self, read: Read) -> None:
        times = "00:00:02,000 --> 00:00:03,000"
        text = f"1\n{times}\nHello\n\n2\n{times}\n<i>World</i>\nHello 2\n"
        assert read(text.encode(), "a.srt").text == "Hello\nWorld\nHello 2"
        vtt = "WEBVTT\nKind: captions\n\n00:01.000 --> 00:02.000\nHello\n\n00:02.000 --> 00:03.000\nHello\n"
        assert read(vtt.encode(), "a.vtt").text == "Hello"

    def test_those_of_youtube_are_read_as_json_and_xml(self, read: Read) -> None:
        events = {
            "wireMagic": "pb3",
            "events": [{"segs": [{"utf8": "Hello "}, {"utf8": "you"}]}, {"tStartMs": 1}],
        }
        assert read(json.dumps(events).encode(), "t.json").text == "Hello you"
        texts = '<text start="0">It&amp;#39;s</text><text>fine</text>'
        xml = f'<?xml version="1.0"?><transcript>{texts}</transcript>'
        assert read(xml.encode(), "t.xml").text == "It's\nfine"
