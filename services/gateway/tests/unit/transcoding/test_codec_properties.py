"""What holds for every message and every text: nothing is lost, nothing broken gets in."""

import contextlib
import json

import orjson
import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owui_gateway.transcoding.decode import decoder_of
from owui_gateway.transcoding.encode import encode
from owui_gateway.transcoding.problems import Problems
from owui_gateway.transcoding.requests import parse_body

from . import strategies

relaxed = settings(deadline=None, database=None, max_examples=40, suppress_health_check=list(HealthCheck))


def fill(result, text, value, problems):
    decoder = decoder_of(result.DESCRIPTOR)
    decoder.fill(result, text if decoder.takes_text else value, ("body",), problems)


def decode(kind, text):
    result, problems = kind(), Problems()
    fill(result, text, parse_body(text), problems)
    if problems:
        raise problems.error()
    return result


class TestRoundTrip:
    @pytest.mark.parametrize("name", ["Scalars", "Tree", "Document"])
    @given(data=st.data())
    @relaxed
    def test_a_message_survives_json(self, message, name, data):
        original = data.draw(strategies.messages(message(name).DESCRIPTOR))
        assert decode(message(name), encode(original)) == original

    @pytest.mark.parametrize("name", ["Scalars", "Tree", "Document"])
    @given(data=st.data())
    @relaxed
    def test_what_is_written_is_strict_json(self, message, name, data):
        text = encode(data.draw(strategies.messages(message(name).DESCRIPTOR)))
        assert orjson.loads(text) is not None

    @given(data=st.data())
    @relaxed
    def test_reformatted_json_means_the_same(self, message, data):
        original = data.draw(strategies.messages(message("Tree").DESCRIPTOR))
        layout = json.dumps(json.loads(encode(original)), ensure_ascii=data.draw(st.booleans()), indent=1)
        assert decode(message("Tree"), layout.encode()) == original

    @given(value=st.floats(width=32, allow_nan=False))
    @relaxed
    def test_a_float_of_32_bits_is_written_short_and_comes_back(self, message, value):
        scalars = message("Scalars")(single=value)
        written = json.loads(encode(scalars))["single"]
        if abs(value) == float("inf"):
            assert written is None
        else:
            assert strategies.single(written) == value
            assert len(repr(written).partition("e")[0].replace(".", "").strip("-0")) <= 9


class TestRawJson:
    @given(raw=strategies.json_texts(), meta=strategies.json_texts(), parts=st.lists(strategies.json_texts()))
    @relaxed
    def test_raw_members_are_kept_to_the_byte(self, message, raw, meta, parts):
        spaced = b'{ "chat" :  ' + raw + b' , "meta":' + meta + b',"parts":[' + b" , ".join(parts) + b"]}"
        document = decode(message("Document"), spaced)
        assert document.chat == raw
        assert document.meta == (b"" if meta == b"null" else meta)
        assert list(document.parts) == parts
        written = encode(document)
        assert b'"chat":' + raw + b"," in written
        assert b'"parts":[' + b",".join(parts) + b"]" in written

    @given(raw=strategies.json_texts())
    @relaxed
    def test_raw_members_of_inner_messages_are_kept_to_the_byte(self, message, raw):
        text = b'{"inner":{"items":[{"chat":' + raw + b'}],"by_name":{"k":{"chat":' + raw + b"}}}}"
        inner = decode(message("Document"), text).inner
        assert inner.items[0].chat == raw
        assert inner.by_name["k"].chat == raw


class TestUnknownAndRepeatedMembers:
    @given(data=st.data(), extra=strategies.json_texts(), name=strategies.texts.map(lambda text: "x-" + text))
    @relaxed
    def test_unknown_members_change_nothing(self, message, data, extra, name):
        for kind in ("Tree", "Document"):
            original = data.draw(strategies.messages(message(kind).DESCRIPTOR, depth=1))
            text = encode(original)[:-1] + b"," + json.dumps(name).encode() + b":" + extra + b"}"
            assert decode(message(kind), text) == original

    @given(first=strategies.texts, second=strategies.texts)
    @relaxed
    def test_of_equal_names_the_last_counts(self, message, first, second):
        for kind, name in (("Tree", "name"), ("Document", "id")):
            members = ",".join(f'"{name}":{json.dumps(value)}' for value in (first, second))
            assert getattr(decode(message(kind), f"{{{members}}}".encode()), name) == second


class TestBrokenText:
    @given(data=st.data())
    @settings(relaxed, max_examples=200)
    def test_accepts_what_a_strict_parser_of_the_standard_library_accepts(self, data):
        text = bytearray(data.draw(strategies.json_texts()))
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(text)))
            text[at : at + data.draw(st.integers(0, 2))] = data.draw(
                st.binary(max_size=2)
                | st.sampled_from([b"\\ud800", b'"', b"\\", b"}", b"]", b",", b"\xff", b"-", b"0"])
            )
        accepted = strict = bool(text)
        try:
            parse_body(bytes(text))
        except RequestValidationError:
            accepted = False
        try:
            # Written as UTF-8 again, halves of surrogate pairs show.
            json.dumps(json.loads(text.decode(), parse_constant=float.fromhex), ensure_ascii=False).encode()
        except ValueError:
            strict = False
        assert accepted == strict

    @given(data=st.binary(min_size=1, max_size=40) | strategies.json_texts())
    @relaxed
    def test_any_bytes_give_a_message_or_a_422(self, message, data):
        for kind in ("Tree", "Document", "Scalars"):
            with contextlib.suppress(RequestValidationError):
                decode(message(kind), data)

    @given(value=strategies.json_values)
    @relaxed
    def test_any_value_for_any_field_is_taken_or_refused_by_name(self, message, value):
        for kind in ("Tree", "Document", "Scalars"):
            for field in message(kind).DESCRIPTOR.fields:
                name = "childrenIds" if field.name == "children_ids" else field.name
                problems = Problems()
                text = json.dumps({name: value}).encode()
                fill(message(kind)(), text, json.loads(text), problems)
                found = problems.error().errors() if problems else []
                assert all(problem["loc"][:2] == ("body", name) for problem in found)


class TestDepth:
    @pytest.mark.parametrize("opening", [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
    def test_text_nests_as_deep_as_receivers_can_write(self, opening):
        levels = 254 // sum(mark in b"[{" for mark in opening[0])
        good = opening[0] * levels + b"1" + opening[1] * levels
        assert orjson.loads(orjson.dumps(parse_body(good))) is not None
        for extra in (1, 1000, 100_000):
            deep = opening[0] * (levels + extra) + b"1" + opening[1] * (levels + extra)
            with pytest.raises(RequestValidationError, match="json_too_deep"):
                parse_body(deep)

    def test_endless_opening_is_refused(self):
        with pytest.raises(RequestValidationError, match="json_too_deep"):
            parse_body(b"[" * 1_000_000)

    def test_messages_nest_as_deep_as_protobuf_can_parse(self, message):
        good = b'{"child":' * 85 + b"{}" + b"}" * 85
        tree = decode(message("Tree"), good)
        assert message("Tree").FromString(tree.SerializeToString()) == tree
        with pytest.raises(RequestValidationError, match="deeply"):
            decode(message("Tree"), b'{"child":' * 120 + b"{}" + b"}" * 120)
        with pytest.raises(RequestValidationError, match="deeply"):
            decode(message("Document"), b'{"inner":' * 120 + b"{}" + b"}" * 120)
