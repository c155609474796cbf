"""E-mail (.eml) and web archives (.mht)."""

from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.formats.message import add_message
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_HEAD = ("From", "To", "Cc", "Date", "Subject")
_DEEPEST = 10  # messages that were forwarded, and forwarded again


def read(source: Source) -> Document:
    """Return the head, the body and the names of the attachments; messages that are attached follow."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(source.read())
    manuscript = Manuscript(source.limits)
    attachments = _add(manuscript, message, 0)
    return manuscript.document(
        str(message.get("Subject", "")), is_markdown=True, format="mail", attachments=attachments or None
    )


def _add(manuscript: Manuscript, message: MIMEPart, depth: int) -> int:
    """Add a message and those in it; return the number of its attachments."""
    head = [(name, str(message.get(name, ""))) for name in _HEAD]
    attachments = list(message.iter_attachments()) if message.is_multipart() else []
    names = [part.get_filename() or "" for part in attachments]
    add_message(manuscript, head, _body(message, "plain"), _body(message, "html").encode(), names)
    for part in attachments:
        if part.get_content_type() == "message/rfc822" and depth < _DEEPEST:
            for forwarded in part.iter_parts():
                _add(manuscript, forwarded, depth + 1)
    return len(attachments)


def _body(message: MIMEPart, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None or part.get_content_maintype() != "text":
        return ""
    payload = part.get_payload(decode=True)
    return decode(payload, part.get_content_charset())[0] if isinstance(payload, bytes) else ""
