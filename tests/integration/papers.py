"""Documents for the journeys: texts that tell whose they are, a PDF, a Word document, and poison."""

from services.rag.tests.unit.extraction.documents import archive, docx, pdf

SUBJECTS = (
    "the lighthouse", "the bakery", "the railway", "the orchard", "the library", "the harbour", "the museum",
    "the bridge", "the market", "the observatory", "the theatre", "the mill", "the garden", "the castle",
    "the station", "the school", "the brewery", "the archive", "the chapel", "the stadium",
)  # fmt: skip


def text_of(label: str, paragraphs: int = 12) -> str:
    """A text of paragraphs of about 600 characters, each cut into a piece of its own, none like another."""
    return "\n\n".join(paragraph(label, number) for number in range(paragraphs))


def paragraph(label: str, number: int) -> str:
    """One paragraph of a text."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    sentences = [
        f"Entry {number} of {label} is about {subject}.",
        *(
            f"Visit {visit} to {subject} was noted by {label} under the number {number * 100 + visit}."
            for visit in range(9)
        ),
    ]
    return " ".join(sentences)


def pdf_of(*facts: str) -> bytes:
    """A PDF with one of these lines on each page, among forty others."""
    return pdf([[*_lines(number, 30), fact, *_lines(number, 10)] for number, fact in enumerate(facts, 1)])


def _lines(page: int, count: int) -> list[str]:
    return [
        f"On page {page} line {line} of {count} says nothing that anybody looks for, at all."
        for line in range(count)
    ]


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    lock = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 "
        f"/O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<{'ef' * 16}> <{'ef' * 16}>]"
    )
    return pdf([["hidden"]], extra=lock)


def docx_of(*paragraphs: str) -> bytes:
    """A Word document."""
    return docx("".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs))


def docx_bomb() -> bytes:
    """A Word document of some kilobytes that unpacks to a thousand times as much."""
    return archive({"word/document.xml": b" " * 20_000_000})
