"""Transcripts: addresses of videos, and a YouTube that answers in its several ways."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from owui_chassis.errors import Exhausted, Invalid, NotFound, Unavailable
from owui_rag.adapters.web.guard import EgressGuard
from owui_rag.adapters.web.youtube.addresses import video_of
from owui_rag.adapters.web.youtube.captions import caption_text
from owui_rag.adapters.web.youtube.player import CaptionTrack, choose, video_in, video_in_page
from owui_rag.adapters.web.youtube.transcripts import Transcripts
from owui_rag.settings_of.web import WebSettings

ID = "dQw4w9WgXcQ"
XML = b'<transcript><text start="0" dur="2">We&amp;#39;re no</text><text>strangers</text></transcript>'
JSON = b'{"events": [{"segs": [{"utf8": "We\'re"}, {"utf8": " no"}]}, {}, {"segs": [{"utf8": "strangers"}]}]}'
THIRD = b"<timedtext><body><p t='0'><s>We're</s><s> no</s></p><p t='2'>strangers</p></body></timedtext>"
SPOKEN = "We're no\nstrangers"
FORMS = [
    "https://www.youtube.com/watch?v={id}", "http://youtube.com/watch?v={id}&t=42s&list=PL0", "https://youtu.be/{id}",
    "https://youtu.be/{id}?si=abc", "https://m.youtube.com/watch?app=desktop&v={id}",
    "https://music.youtube.com/watch?v={id}", "https://www.youtube.com/embed/{id}?start=1",
    "https://www.youtube.com/shorts/{id}", "https://www.youtube.com/live/{id}?feature=share",
    "https://www.youtube.com/v/{id}", "https://www.youtube.com/e/{id}", "https://www.youtube.com/vi/{id}/0.jpg",
    "https://www.youtube-nocookie.com/embed/{id}", "https://www.youtube.com/watch/{id}",
    "HTTPS://WWW.YOUTUBE.COM/watch?v={id}",
    "https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3D{id}%26feature%3Dshare",
    "https://www.youtube.com/oembed?url=https%3A%2F%2Fyoutu.be%2F{id}",
    " https://www.youtube.com/watch?v={id}#t=1 ",
]  # fmt: skip
OTHER = [
    "", "https://www.youtube.com/", "https://www.youtube.com/watch", "https://www.youtube.com/watch?v=short",
    "https://www.youtube.com/@channel", "https://www.youtube.com/playlist?list=PL0", "https://youtu.be/",
    "https://notyoutube.com/watch?v={id}", "https://youtube.com.evil.example/watch?v={id}", "{id}",
    "ftp://youtube.com/watch?v={id}", "https://www.youtube.com/watch?v={id}x", "https://example.com/?u=youtu.be/{id}",
    "https://www.youtube.com/embed/", "http://[::1", "https://www.youtube.com/watch?v=../../etc/p",
    "https://www.youtube.com/attribution_link?u=%2Fattribution_link%3Fu%3D%2Fwatch%3Fv%3D{id}",
]  # fmt: skip


def track(language: str, generated: bool = False, query: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"baseUrl": f"/api/timedtext?lang={language}{query}", "languageCode": language}
    return {**made, "kind": "asr"} if generated else made


def player(*tracks: dict[str, Any], status: str = "OK", reason: str = "") -> dict[str, Any]:
    return {
        "playabilityStatus": {"status": status, "reason": reason},
        "videoDetails": {
            "title": "Never & ever",
            "shortDescription": "A song.\nWith words.",
            "author": "Rick",
        },
        "captions": {"playerCaptionsTracklistRenderer": {"captionTracks": list(tracks)}},
    }


def watch_page(answer: dict[str, Any] | None, key: str = "AIzaSyKey-of_the_page") -> str:
    script = f"var ytInitialPlayerResponse = {json.dumps(answer)};var meta = {{}};" if answer else ""
    return f'<html><script>ytcfg.set({{"INNERTUBE_API_KEY":"{key}"}});</script><script>{script}</script>'


@pytest.fixture
async def transcripts(everywhere: Any) -> AsyncIterator[Any]:
    """Make readers of transcripts with the settings that a test gives."""
    opened: list[EgressGuard] = []

    async def make(**values: Any) -> Transcripts:
        given = {"web_fetch_allowed_networks": ("127.0.0.2/32",), "enable_web_loader_ssl_verification": False}
        settings = WebSettings(**{**given, **values})
        opened.append(await EgressGuard(settings, everywhere).__aenter__())
        return Transcripts(settings, opened[-1])

    yield make
    for guard in opened:
        await guard.__aexit__()


class TestAddresses:
    @pytest.mark.parametrize("form", FORMS)
    def test_every_form_names_the_video(self, form: str) -> None:
        assert video_of(form.format(id=ID)) == ID

    @pytest.mark.parametrize("form", OTHER)
    def test_other_addresses_name_none(self, form: str) -> None:
        assert video_of(form.format(id=ID)) == ""

    @settings(deadline=None)
    @given(st.text(max_size=80))
    def test_any_text_is_no_crash(self, text: str) -> None:
        for url in (text, f"https://www.youtube.com/{text}", f"https://youtu.be/{text}"):
            assert len(video_of(url)) in {0, 11}


class TestCaptions:
    @pytest.mark.parametrize("body", [XML, JSON, THIRD])
    def test_every_form_gives_the_same_lines(self, body: bytes) -> None:
        assert caption_text(body) == SPOKEN

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"<",
            b"<html><div>x</div></html>",
            b'{"events": 7}',
            b'{"events": [7, {"segs": [7]}]}',
            b"\xff\x00",
        ],
    )
    def test_what_is_none_is_empty(self, body: bytes) -> None:
        assert caption_text(body) == ""

    def test_entities_are_not_followed(self) -> None:
        body = b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><transcript><text>a&x;b</text></transcript>'
        assert "root" not in caption_text(body)

    @settings(deadline=None)
    @given(st.binary(max_size=200))
    def test_any_bytes_are_no_crash(self, body: bytes) -> None:
        assert isinstance(caption_text(body), str)


class TestChoice:
    TRACKS = tuple(
        CaptionTrack(f"{language}{generated}", language, generated, False)
        for language, generated in (("en", True), ("de", False), ("en", False), ("pt-BR", True))
    )

    @pytest.mark.parametrize(
        ("languages", "chosen"),
        [
            (("en",), "enFalse"),
            (("fr", "de"), "deFalse"),
            (("DE ", "en"), "deFalse"),
            (("pt",), "pt-BRTrue"),
            (("fr",), "deFalse"),
            ((), "deFalse"),
        ],
    )
    def test_the_first_wanted_language_and_written_before_generated(
        self, languages: tuple[str, ...], chosen: str
    ) -> None:
        found = choose(self.TRACKS, languages)
        assert found is not None
        assert found.url == chosen

    def test_no_captions_no_choice(self) -> None:
        assert choose((), ("en",)) is None


class TestPlayer:
    @pytest.mark.parametrize(
        "answer",
        [None, 7, [], {}, {"videoDetails": 7, "captions": []},
         {"captions": {"playerCaptionsTracklistRenderer": 7}},
         {"captions": {"playerCaptionsTracklistRenderer": {"captionTracks": [7, {}, {"baseUrl": 7}]}}}],
    )  # fmt: skip
    def test_an_unknown_shape_is_no_crash(self, answer: Any) -> None:
        video = video_in(answer)
        assert video is None or video.tracks == ()

    def test_a_page_without_an_answer_has_no_video(self) -> None:
        assert video_in_page("<html>ytInitialPlayerResponse = null;") is None
        assert video_in_page("ytInitialPlayerResponse = {broken") is None
        assert video_in_page("if (window.ytInitialPlayerResponse) {}") is None


class TestTranscripts:
    async def test_the_page_leads_to_the_text(self, transcripts: Any, secure: Any) -> None:
        secure.says("www.youtube.com/watch", watch_page(player(track("en"), track("de"))))
        secure.says("www.youtube.com/api/timedtext", XML, Content_Type="text/xml")
        page = await (await transcripts(youtube_loader_language=("de",))).fetch(ID)
        assert page.body.decode() == SPOKEN
        assert page.title == "Never & ever"
        assert page.url == f"https://www.youtube.com/watch?v={ID}"
        assert page.metadata == {"author": "Rick", "description": "A song.\nWith words.", "language": "de"}
        assert [request.path for request in secure.requests] == ["/watch", "/api/timedtext"]
        assert secure.requests[1].query["lang"] == "de"

    @pytest.mark.parametrize(
        ("wanted", "offer", "languages"),
        [
            ("de", {"isTranslatable": True}, ["de"]),
            ("nowhere", {"isTranslatable": True}, ["nowhere", None]),
            ("EN", {"isTranslatable": True}, [None]),
            ("", {"isTranslatable": True}, [None]),
            ("de", {"isTranslatable": False}, [None]),
            ("de", {}, [None]),
        ],
    )
    async def test_captions_are_translated_where_youtube_offers_that(
        self, transcripts: Any, secure: Any, wanted: str, offer: dict[str, bool], languages: list[str | None]
    ) -> None:
        secure.says("www.youtube.com/watch", watch_page(player({**track("en"), **offer})))

        async def timed_text(request: web.Request) -> web.Response:
            is_unknown = request.query.get("tlang") == "nowhere"
            return web.Response(body=b"" if is_unknown else XML, content_type="text/xml")

        secure.answers["www.youtube.com/api/timedtext"] = timed_text
        page = await (await transcripts(youtube_loader_translation=wanted)).fetch(ID)
        assert page.body.decode() == SPOKEN
        asked = [request.query.get("tlang") for request in secure.requests if "timedtext" in request.path]
        assert asked == languages
        assert page.metadata["language"] == (languages[-1] or "en")

    @pytest.mark.parametrize("first", [b"", None])
    async def test_the_player_is_asked_when_the_page_gives_no_text(
        self, transcripts: Any, secure: Any, first: bytes | None
    ) -> None:
        tracks = [track("en", query="&exp=xpe" if first is None else "")]
        secure.says("www.youtube.com/watch", watch_page(player(*tracks)))
        asked = player(track("en", query="&ok=1"))

        async def timed_text(request: web.Request) -> web.Response:
            return web.Response(body=JSON if "ok" in request.query else b"", content_type="application/json")

        secure.answers["www.youtube.com/api/timedtext"] = timed_text
        secure.says("www.youtube.com/youtubei/v1/player", json.dumps(asked), Content_Type="application/json")
        page = await (await transcripts()).fetch(ID)
        assert page.body.decode() == SPOKEN
        (index,) = [n for n, request in enumerate(secure.requests) if request.path == "/youtubei/v1/player"]
        assert json.loads(secure.bodies[index])["videoId"] == ID
        assert secure.requests[index].query["key"] == "AIzaSyKey-of_the_page"

    async def test_no_captions_is_said(self, transcripts: Any, secure: Any) -> None:
        secure.says("www.youtube.com/watch", watch_page(player()))
        with pytest.raises(NotFound, match="no captions"):
            await (await transcripts()).fetch(ID)

    async def test_a_video_that_does_not_play_says_why(self, transcripts: Any, secure: Any) -> None:
        page = watch_page(player(status="LOGIN_REQUIRED", reason="Sign in to confirm your age"))
        secure.says("www.youtube.com/watch", page)
        with pytest.raises(Invalid, match="Sign in to confirm your age"):
            await (await transcripts()).fetch(ID)

    async def test_captions_for_browsers_only_are_said(self, transcripts: Any, secure: Any) -> None:
        secure.says("www.youtube.com/watch", watch_page(player(track("en", query="&exp=xpe"))))
        with pytest.raises(Invalid, match="only to browsers"):
            await (await transcripts()).fetch(ID)

    async def test_a_page_that_is_no_video_is_said(self, transcripts: Any, secure: Any) -> None:
        secure.says("www.youtube.com/watch", "<html>Before you continue</html>")
        with pytest.raises(Invalid, match="no video"):
            await (await transcripts()).fetch(ID)

    async def test_a_limit_of_youtube_is_passed_on(self, transcripts: Any, secure: Any) -> None:
        secure.says("www.youtube.com/watch", "", 429)
        with pytest.raises(Exhausted, match=r"www\.youtube\.com"):
            await (await transcripts()).fetch(ID)

    async def test_captions_lead_nowhere_else(self, transcripts: Any, secure: Any, inside: Any) -> None:
        evil = {"baseUrl": f"http://127.0.0.1:{inside.port}/", "languageCode": "en"}
        secure.says("www.youtube.com/watch", watch_page(player(evil), key=""))
        with pytest.raises(NotFound):
            await (await transcripts()).fetch(ID)
        assert inside.requests == []

    async def test_the_proxy_of_the_setting_is_used(self, transcripts: Any, secure: Any) -> None:
        asked: list[bytes] = []

        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(await reader.readline())
            writer.close()

        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        async with server:
            address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            reader = await transcripts(youtube_loader_proxy_url=address)
            with pytest.raises(Unavailable, match=r"www\.youtube\.com"):
                await reader.fetch(ID)
        assert asked[0] == b"CONNECT www.youtube.com:443 HTTP/1.1\r\n"
        assert secure.requests == []
