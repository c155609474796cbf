"""Work that only one process does at a time, whichever is there: the holder renews its lease or loses it."""

from datetime import timedelta
from uuid import uuid4

from owui_chassis.database import Database
from owui_chassis.statements import Statement

_TAKE = Statement("""
    INSERT INTO work_lease (name, holder, until)
    VALUES (:name, :holder, now() + CAST(:seconds AS interval))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE work_lease.holder = excluded.holder OR work_lease.until < now()
    RETURNING name
""")
_GIVE = Statement("DELETE FROM work_lease WHERE name = :name AND holder = :holder")


# After this, another process looks for lost files when the one that did so is silent.
_SWEEP_SHORTEST, _SWEEP_LONGEST = timedelta(seconds=1), timedelta(seconds=60)


def sweep_lease(database: Database, pause: timedelta) -> "WorkLease":
    """Return the lease to look for lost files, of a process that looks after each such pause."""
    lifetime = min(max(3 * pause, _SWEEP_SHORTEST), _SWEEP_LONGEST)
    return WorkLease(database, "looking for lost files", lifetime)


class WorkLease:
    """The lease of one kind of work for this process."""

    def __init__(self, database: Database, name: str, lifetime: timedelta = timedelta(seconds=60)) -> None:
        self._database = database
        self._name = name
        self._lifetime = lifetime
        self._holder = uuid4()

    async def take(self) -> bool:
        """Take or renew the lease; return False while another process has it."""
        values = {"name": self._name, "holder": self._holder, "seconds": self._lifetime}
        return await self._database.first(_TAKE, **values) is not None

    async def give(self) -> None:
        """Let another process have it at once."""
        await self._database.fetch(_GIVE, name=self._name, holder=self._holder)
