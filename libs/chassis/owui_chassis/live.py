"""Settings that administrators change while the platform runs: the database wins over the environment."""

import asyncio
import logging
from typing import Any, Generic, TypeVar

import msgspec
import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from owui_chassis.background import Background
from owui_chassis.database import Database
from owui_chassis.encryption import Cipher, DecryptionError
from owui_chassis.errors import Invalid
from owui_chassis.events import Subscriber
from owui_chassis.settings import ServiceSettings

log = logging.getLogger(__name__)
S = TypeVar("S", bound=ServiceSettings)
REREAD_SECONDS = 10.0

_UPSERT = text("""
    INSERT INTO setting (name, value, updated_by) VALUES (:name, :value, :by)
    ON CONFLICT (name) DO UPDATE
    SET value = excluded.value, updated_by = excluded.updated_by, version = setting.version + 1,
        updated_at = now()
""")


class LiveSettings(Generic[S]):
    """The current values of a service's settings, by attribute as on the settings themselves.

    A change reaches every replica through Redis at once, and by re-reading within ten seconds when Redis was
    away: the table is the truth, the message only a hint. Secret values are encrypted at rest.
    """

    def __init__(self, settings: S, database: Database, redis: Redis) -> None:
        self.settings = settings
        self._database = database
        self._redis = redis
        self._channel = f"{settings.redis_key_prefix}:settings:{database.schema}"
        self._cipher = Cipher(settings.secret_key, "setting")
        self._paths = {
            declaration.persistent: attribute
            for attribute, declaration in settings.declared.items()
            if declaration.persistent
        }
        self._stored: dict[str, Any] = {}
        self._listeners: list[Any] = []
        # Two readings at once could end in the wrong order and leave the older values here.
        self._reading = asyncio.Lock()

    async def start(self, background: Background, reread_seconds: float = REREAD_SECONDS) -> None:
        """Read the stored values and follow their changes."""
        await self.reload()
        subscriber = Subscriber(self._redis, on_reconnect=self.reload)
        await subscriber.subscribe(self._channel, lambda _: self.reload())
        background.forever(subscriber.run, f"settings of {self._database.schema}")
        background.every(reread_seconds, self.reload, f"re-reading settings of {self._database.schema}")

    def on_change(self, listener: Any) -> None:
        """Call `listener()` (plain or async) after values have changed here, whoever changed them."""
        self._listeners.append(listener)

    def __getattr__(self, attribute: str) -> Any:
        stored = self.__dict__.get("_stored", {})
        if attribute in stored:
            return stored[attribute]
        return getattr(self.__dict__["settings"], attribute)

    def source(self, attribute: str) -> str:
        """Tell whether a value comes from the "database" or from elsewhere ("environment or default")."""
        return "database" if attribute in self._stored else "environment or default"

    async def reload(self) -> None:
        """Read the stored values again."""
        async with self._reading:
            changed = await self._read()
        if changed:
            await self._tell_listeners()

    async def _read(self) -> bool:
        async with self._database.connect() as connection:
            rows = (await connection.execute(text("SELECT name, value FROM setting"))).all()
        stored = {}
        for path, value in rows:
            attribute = self._paths.get(path)
            if attribute is not None:
                try:
                    stored[attribute] = self._decode(attribute, value)
                except (msgspec.DecodeError, msgspec.ValidationError, DecryptionError) as error:
                    log.warning("stored setting %s is ignored: %s", path, error)
        changed = stored != self._stored
        self._stored = stored
        return changed

    async def _tell_listeners(self) -> None:
        for listener in self._listeners:
            try:
                result = listener()
                if result is not None:
                    await result
            except Exception:
                log.exception("a listener of changed settings failed")

    async def set(self, by: str = "", **values: Any) -> None:
        """Store new values by attribute name and tell all replicas; raise Invalid for a wrong type."""
        rows = []
        for attribute, value in values.items():
            declaration = self.settings.declared.get(attribute)
            if declaration is None:
                raise Invalid(f"there is no setting {attribute}", "unknown_setting")
            if not declaration.persistent:
                raise Invalid(f"{declaration.names[0]} can only be set in the environment", "not_persistent")
            rows.append({"name": declaration.persistent, "value": self._encode(attribute, value), "by": by})
        async with self._database.begin() as connection:
            await connection.execute(_UPSERT, rows)
        await self.reload()
        try:
            await self._redis.publish(self._channel, b"changed")
        except (RedisError, OSError):
            log.warning("other replicas see changed settings at their next re-reading: Redis is away")

    def _encode(self, attribute: str, value: Any) -> str:
        declaration = self.settings.declared[attribute]
        try:
            checked = msgspec.convert(value, declaration.type)
        except msgspec.ValidationError as error:
            raise Invalid(f"{declaration.persistent}: {error}", "invalid_setting") from None
        plain = msgspec.json.encode(checked).decode()
        return orjson.dumps({"sealed": self._cipher.encrypt(plain)}).decode() if declaration.secret else plain

    def _decode(self, attribute: str, value: str) -> Any:
        declaration = self.settings.declared[attribute]
        if declaration.secret:
            sealed = msgspec.json.decode(value, type=dict[str, str]).get("sealed", "")
            value = self._cipher.decrypt(sealed)
        return msgspec.json.decode(value, type=declaration.type)
