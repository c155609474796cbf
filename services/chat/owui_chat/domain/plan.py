"""A question whose documents are known to be there for the caller, and where they are sought."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from owui_chat.domain.attachments import Attachment, Loan, Scope, names_of
from owui_chat.domain.completion_request import Asked
from owui_chat.domain.sources import Passage

# A question is also what is searched for when no model writes queries; engines and embeddings have limits.
_QUERY_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What grounding has to know of a model: where it runs, and its knowledge by who attached it."""

    local: bool
    knowledge: Sequence[tuple[str, list[Attachment]]] = ()

    def loans(self, *, whole: bool | None = None) -> tuple[Loan, ...]:
        """Return what the model lends to those who ask it, or the part that is read whole or is not."""
        loans = (Loan(lender, names_of(items, whole=whole)) for lender, items in self.knowledge)
        return tuple(loan for loan in loans if loan.names)


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file in which nothing can be found; `error` says why it could not be read.

    One that is `lent` is attached to the model, and no matter of the person who asks.
    """

    id: str
    name: str
    error: str = ""
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What does not exist for the caller or has no text yet, and what the settings of retrieval say."""

    missing: tuple[str, ...] = ()
    template: str = ""
    full_context: bool = False
    web_search: bool = False
    reading: tuple[UnreadFile, ...] = ()
    failed: tuple[UnreadFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A question that may be answered; `texts` are those of the chats it names."""

    asked: Asked
    model: ModelFacts
    checked: Checked
    texts: list[Passage] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The question as something to search for; empty when the user has written nothing."""
        return self.asked.question[:_QUERY_LENGTH].strip()

    @property
    def scope(self) -> Scope:
        """Everything that can be searched for an answer, be it for passages or for whole texts."""
        return self._scope(None)

    @property
    def attachments(self) -> list[Attachment]:
        """What the request and the model have attached."""
        return [*self.asked.attachments, *(one for _, items in self.model.knowledge for one in items)]

    def searched(self, collections: tuple[str, ...] = ()) -> Scope:
        """Return where passages are taken from, these collections included."""
        return Scope() if self.checked.full_context else self._scope(False, collections)

    def read_whole(self, collections: tuple[str, ...] = ()) -> Scope:
        """Return what is read from the beginning to the end; everything if that is the setting."""
        return self._scope(None, collections) if self.checked.full_context else self._scope(True)

    def _scope(self, whole: bool | None, collections: tuple[str, ...] = ()) -> Scope:
        names = names_of(self.asked.attachments, whole=whole)
        names = replace(names, collections=(*names.collections, *collections))
        return Scope(names, self.model.loans(whole=whole))
