"""E-mail (.eml) and web archives (.mht)."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from owui_rag.adapters.extraction.formats.message import add_message
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_HEAD = ("From", "To", "Cc", "Date", "Subject")


def read(source: Source) -> Document:
    """Return the head, the body and the names of the attachments."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(source.read())
    manuscript = Manuscript(source.limits)
    head = [(name, str(message.get(name, ""))) for name in _HEAD]
    attachments = (
        [part.get_filename() or "" for part in message.iter_attachments()] if message.is_multipart() else []
    )
    add_message(manuscript, head, _body(message, "plain"), _body(message, "html").encode(), attachments)
    return manuscript.document(
        str(message.get("Subject", "")), is_markdown=True, format="mail", attachments=len(attachments) or None
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None or part.get_content_maintype() != "text":
        return ""
    try:
        return str(part.get_content())
    except LookupError:
        # An encoding that nobody knows: most of the letters are right in this one.
        payload = part.get_payload(decode=True)
        return payload.decode("latin-1") if isinstance(payload, bytes) else ""
