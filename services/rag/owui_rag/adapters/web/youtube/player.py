"""What YouTube says about a video: in its watch page, and through the interface of its players."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from owui_rag.adapters.web.results import plain

_KEY = re.compile(r'"INNERTUBE_API_KEY"\s*:\s*"([A-Za-z0-9_-]{10,80})"')
_RESPONSE = re.compile(r"ytInitialPlayerResponse\s*=\s*")
_MAXIMUM_DESCRIPTION = 5000


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """The captions of a video in one language.

    `needs_token` marks what only browsers are given, `translates` what YouTube offers in other languages.
    """

    url: str
    language: str
    is_generated: bool
    needs_token: bool
    translates: bool = False

    def translated(self, language: str) -> "CaptionTrack":
        """Return these captions in another language; themselves where that is theirs or not on offer."""
        if not language or not self.translates or self.language.lower() == language.lower():
            return self
        url = f"{self.url}{'&' if '?' in self.url else '?'}{urlencode({'tlang': language})}"
        return replace(self, url=url, language=language)


@dataclass(frozen=True, slots=True)
class Video:
    """What is known about a video; `problem` is YouTube's own sentence when it does not play."""

    title: str
    description: str
    author: str
    tracks: tuple[CaptionTrack, ...]
    problem: str


def key_in(page: str) -> str:
    """Return the key with which the page itself asks the player interface, empty when it has none."""
    found = _KEY.search(page)
    return found[1] if found else ""


def video_in_page(page: str) -> Video | None:
    """Read the player's answer that stands in a watch page, None when there is none."""
    for start in _RESPONSE.finditer(page):
        try:
            answer, _ = json.JSONDecoder().raw_decode(page, start.end())
        except (ValueError, RecursionError):
            continue
        return video_in(answer)
    return None


def video_in(answer: Any) -> Video | None:
    """Read an answer of the player interface, None when it is not one."""
    if not isinstance(answer, dict):
        return None
    details, status = _dict(answer, "videoDetails"), _dict(answer, "playabilityStatus")
    renderer = _dict(_dict(answer, "captions"), "playerCaptionsTracklistRenderer")
    tracks = renderer.get("captionTracks")
    playable = status.get("status") in {"OK", None}
    return Video(
        title=plain(_text(details, "title")),
        description=_text(details, "shortDescription")[:_MAXIMUM_DESCRIPTION],
        author=plain(_text(details, "author")),
        tracks=tuple(
            _track(track)
            for track in (tracks if isinstance(tracks, list) else [])
            if isinstance(track, dict) and _text(track, "baseUrl")
        ),
        problem="" if playable else plain(_text(status, "reason")) or "it does not play",
    )


def _track(track: dict[str, Any]) -> CaptionTrack:
    url = _text(track, "baseUrl")
    if url.startswith("/"):
        url = f"https://www.youtube.com{url}"
    return CaptionTrack(
        url=url,
        language=_text(track, "languageCode"),
        is_generated=track.get("kind") == "asr",
        # With this mark the address answers with nothing unless a browser has proved to be one.
        needs_token="xpe" in ",".join(parse_qs(urlsplit(url).query).get("exp", [])),
        translates=track.get("isTranslatable") is True,
    )


def choose(tracks: tuple[CaptionTrack, ...], languages: tuple[str, ...]) -> CaptionTrack | None:
    """Return the captions in the first wanted language, written before generated, else those in any."""
    for wanted in (language.strip().lower() for language in languages):
        fitting = [track for track in tracks if track.language.lower() == wanted]
        fitting += [track for track in tracks if track.language.lower().startswith(f"{wanted}-")]
        if fitting:
            return min(fitting, key=lambda track: track.is_generated)
    return min(tracks, key=lambda track: track.is_generated, default=None)


def _dict(answer: dict[str, Any], key: str) -> dict[str, Any]:
    value = answer.get(key)
    return value if isinstance(value, dict) else {}


def _text(answer: dict[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""
