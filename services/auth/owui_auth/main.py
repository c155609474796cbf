"""Builds and serves auth."""

import time

from owui_chassis.database import Database
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.serve import serve
from owui_chassis.service import Service

from owui_auth.adapters.announcements import DeletionAnnouncer
from owui_auth.adapters.password_hashes import PasswordHashPool
from owui_auth.assembly import Assembly
from owui_auth.settings import AuthSettings

_ANNOUNCE_SECONDS = 5.0
_CLEAN_SECONDS = 600.0


def now() -> int:
    """Return epoch seconds."""
    return int(time.time())


async def build(runtime: Runtime) -> Service:
    """Return the service, ready to serve; its schema has been migrated before."""
    settings = AuthSettings.read(runtime.environ)
    service = Service("auth", settings)
    database = await service.enter(Database(settings.database, "auth", settings.database_pool_size))
    redis = await service.enter(open_redis(settings.redis))
    passwords = await service.enter(PasswordHashPool())
    live = LiveSettings(settings, database, redis)
    await live.start(service.background)

    assembly = Assembly(
        settings=settings,
        live=live,
        database=database,
        redis=redis,
        passwords=passwords,
        service=service,
        clock=now,
    )
    assembly.serve(service)

    announcer = DeletionAnnouncer(database, redis, settings.redis_key_prefix, now)
    service.background.every(_ANNOUNCE_SECONDS, announcer.announce, "announcing deleted accounts")
    service.background.every(
        _CLEAN_SECONDS, lambda: assembly.sessions.remove_ended(now()), "removing sessions that ended"
    )
    service.check("postgres", database.ping)
    return service


if __name__ == "__main__":
    serve(build)
