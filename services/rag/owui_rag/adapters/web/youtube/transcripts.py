"""Fetch the transcript of a video through the guard."""

import json
from collections.abc import Sequence
from typing import Any

from owui_chassis.errors import Invalid, NotFound, ServiceError

from owui_rag.adapters.web.guard import Ask, EgressGuard
from owui_rag.adapters.web.youtube.captions import caption_text
from owui_rag.adapters.web.youtube.player import (
    CaptionTrack,
    Video,
    choose,
    key_in,
    video_in,
    video_in_page,
)
from owui_rag.domain.web_pages import FetchedPage

# Without it visitors from Europe are asked for consent first.
_HEADERS = {"Cookie": "SOCS=CAI", "Accept-Language": "en"}
# The player of this client is given captions that need no proof of being a browser.
_CLIENT = {"clientName": "ANDROID", "clientVersion": "20.10.38", "androidSdkVersion": 34}


class Transcripts:
    """Reads what is said in a video, in the languages of the settings."""

    def __init__(self, values: Any, guard: EgressGuard) -> None:
        self._values = values
        self._guard = guard

    async def fetch(self, video_id: str) -> FetchedPage:
        """Return the transcript as plain text; raise NotFound without captions, or another ServiceError."""
        url = f"https://www.youtube.com/watch?v={video_id}"
        answer = await self._guard.fetch(url, self._ask())
        page = answer.body.decode("utf-8", "replace")
        video = video_in_page(page)
        text, track = await self._text(video.tracks if video else ())
        if not text and (key := key_in(page)):
            asked = await self._ask_player(video_id, key)
            text, track = await self._text(asked.tracks if asked else ())
            video = _fuller(video, asked)
        if video is None:
            raise Invalid("YouTube showed no video at this address.", "youtube_garbage")
        if not text or track is None:
            raise _without_captions(video)
        metadata = {"author": video.author, "description": video.description, "language": track.language}
        return FetchedPage(
            url,
            "text/plain; charset=utf-8",
            text.encode("utf-8", "replace"),
            video.title,
            {key: value for key, value in metadata.items() if value},
        )

    async def _text(self, tracks: Sequence[CaptionTrack]) -> tuple[str, CaptionTrack | None]:
        usable = tuple(track for track in tracks if not track.needs_token)
        track = choose(usable, tuple(self._values.youtube_loader_language))
        if track is None:
            return "", None
        # A translation is made for each request and may fail where the captions are there.
        for wanted in dict.fromkeys((track.translated(self._values.youtube_loader_translation), track)):
            if text := await self._captions(wanted):
                return text, wanted
        return "", track

    async def _captions(self, track: CaptionTrack) -> str:
        try:
            answer = await self._guard.fetch(track.url, self._ask())
        except (NotFound, Invalid):
            return ""
        return caption_text(answer.body)

    async def _ask_player(self, video_id: str, key: str) -> Video | None:
        body = json.dumps({"context": {"client": _CLIENT}, "videoId": video_id}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        url = f"https://www.youtube.com/youtubei/v1/player?prettyPrint=false&key={key}"
        try:
            answer = await self._guard.fetch(url, self._ask(headers, body))
            return video_in(json.loads(answer.body))
        except (ServiceError, ValueError, RecursionError):
            # What the page itself said is told then.
            return None

    def _ask(self, headers: dict[str, str] | None = None, body: bytes | None = None) -> Ask:
        return Ask({**_HEADERS, **(headers or {})}, body, self._values.youtube_loader_proxy_url or None)


def _fuller(page: Video | None, asked: Video | None) -> Video | None:
    """Return the one that says more: the page has the texts where the player has only a refusal."""
    if page is None or (asked is not None and asked.title):
        return asked or page
    return page


def _without_captions(video: Video) -> ServiceError:
    if video.problem:
        return Invalid(f"YouTube does not show this video: {video.problem}.", "youtube_unplayable")
    if any(track.needs_token for track in video.tracks):
        return Invalid("YouTube gives the captions of this video only to browsers.", "youtube_browser_only")
    return NotFound("This video has no captions that could be read.", "youtube_no_captions")
