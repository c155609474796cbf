"""A reranker behind an HTTP endpoint, in the form that Jina, Cohere and other servers share."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson
from owui_chassis.errors import Unavailable

_ANSWER_BYTES = 8 << 20


class ExternalReranker:
    """Posts {model, query, documents, top_n}; reads {"results": [{"index", "relevance_score"}]}."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str, model: str, seconds: float) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text; raise Unavailable for no answer or one that makes no sense."""
        body = {"model": self._model, "query": query, "documents": list(texts), "top_n": len(texts)}
        try:
            async with self._http.post(
                self._url, json=body, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise Unavailable(f"The reranker answered {response.status}", "reranker_refused")
                answer = await response.content.read(_ANSWER_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable(f"The reranker is away: {type(error).__name__}", "reranker_away") from None
        return _read(answer, len(texts))


def _read(answer: bytes, count: int) -> list[float]:
    """Read the scores; a text that the answer leaves out gets 0."""
    try:
        results: Any = orjson.loads(answer)["results"]
        scores = [0.0] * count
        for result in results:
            if not 0 <= result["index"] < count:
                raise IndexError
            scores[result["index"]] = float(result["relevance_score"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise Unavailable("The answer of the reranker cannot be read", "reranker_answer") from None
    return scores
