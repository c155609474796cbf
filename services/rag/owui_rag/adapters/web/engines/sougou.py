"""Sogou through Tencent Cloud's SearchPro, whose requests are signed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Sogou", ("sougou_api_sid", "sougou_api_sk"))
_HOST = "tms.tencentcloudapi.com"
_SIGNED_HEADERS = "content-type;host"


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    # The engine gives 10, 20 … 50 results.
    body = json.dumps({"Query": query, "Cnt": min(-(-count // 10) * 10, 50)}).encode()
    headers = signed_headers(values.sougou_api_sid, values.sougou_api_sk, body, datetime.now(UTC))
    answer = await http.ask(VENDOR, VendorRequest(f"https://{_HOST}/", headers=headers, body=body))
    if (
        isinstance(answer, dict)
        and isinstance(answer.get("Response"), dict)
        and "Error" in answer["Response"]
    ):
        raise VENDOR.refusal()
    pages = [_page(text) for text in list_in(VENDOR, answer, "Response", "Pages")]
    return results_in(pages, snippet=("passage", "content"))


def _page(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return None


def signed_headers(identifier: str, secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Sign a request by Tencent Cloud's TC3-HMAC-SHA256."""
    day, stamp = now.strftime("%Y-%m-%d"), str(int(now.timestamp()))
    canonical = "\n".join((
        "POST",
        "/",
        "",
        f"content-type:application/json\nhost:{_HOST}\n",
        _SIGNED_HEADERS,
        hashlib.sha256(body).hexdigest(),
    ))  # fmt: skip
    scope = f"{day}/tms/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, "tms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return {
        "Content-Type": "application/json",
        "Host": _HOST,
        "Authorization": (
            f"TC3-HMAC-SHA256 Credential={identifier}/{scope}, "
            f"SignedHeaders={_SIGNED_HEADERS}, Signature={signature}"
        ),
        "X-TC-Action": "SearchPro",
        "X-TC-Version": "2020-12-29",
        "X-TC-Timestamp": stamp,
    }
