"""What part of the accounts somebody wants to see."""

from dataclasses import dataclass

PAGE_SIZE = 30


@dataclass(frozen=True)
class Listing:
    """Which people, in which order; `page` counts from 1 and is 0 for all.

    `in_brief` leaves out what clients store about people.
    """

    query: str = ""
    by_email: bool = False
    order_by: str = ""
    descending: bool = True
    page: int = 1
    in_brief: bool = False
