"""Making and revoking API keys."""

import uuid
from dataclasses import dataclass

from owui_chassis.encryption import DecryptionError
from owui_chassis.errors import Forbidden, Invalid, NotFound

from owui_auth.domain.api_keys import PREFIX_CHARACTERS, ApiKey, digest, new_secret
from owui_auth.domain.audit import AuditEvent, Origin
from owui_auth.domain.texts import line
from owui_auth.ports import Announcements, ApiKeys, Clock, Policy, Sealer
from owui_auth.usecases.identify import check_keys_allowed

_DAY_SECONDS = 86_400
_DAYS = 36_500
_NAME_CHARACTERS = 100
ACCOUNT_KEY_NAME = "Account key"


@dataclass(frozen=True)
class MadeKey:
    """A key together with its secret, for the one answer that shows it."""

    key: ApiKey
    secret: str


class Keys:
    """The API keys of one account; `may` says whether the owner may have any."""

    def __init__(
        self, keys: ApiKeys, sealer: Sealer, announcements: Announcements, policy: Policy, clock: Clock
    ) -> None:
        self._keys = keys
        self._sealer = sealer
        self._announcements = announcements
        self._policy = policy
        self._clock = clock

    async def create(
        self, user_id: str, name: str, days: int | None, *, may: bool, origin: Origin
    ) -> MadeKey:
        """Make a named key. Raises Forbidden, Invalid, Exhausted."""
        check_keys_allowed(self._policy, may)
        if days is not None and not 1 <= days <= _DAYS:
            raise Invalid(f"expires_in_days: must be between 1 and {_DAYS}", "invalid_expiry")
        made = self._make(user_id, line(name, "name", _NAME_CHARACTERS), days)
        await self._keys.add(made.key, digest(made.secret), _event("api_key.created", made.key, origin))
        return made

    async def create_account_key(self, user_id: str, *, may: bool, origin: Origin) -> str:
        """Make the account key in place of the one before; return its secret. Raises Forbidden."""
        check_keys_allowed(self._policy, may)
        made = self._make(user_id, ACCOUNT_KEY_NAME, None)
        event = _event("api_key.created", made.key, origin)
        sealed = self._sealer.encrypt(made.secret)
        replaced = await self._keys.replace_account_key(made.key, digest(made.secret), sealed, event)
        if replaced is not None:
            await self._announcements.revoked(user_id, replaced)
        return made.secret

    async def show_account_key(self, user_id: str, via: str) -> str:
        """Return the secret of the account key. Raises NotFound; Forbidden for a caller who used a key."""
        if via != "session":
            raise Forbidden("An API key cannot be read with an API key", "session_needed")
        found = await self._keys.account_key(user_id)
        try:
            if found is not None and found[1]:
                return self._sealer.decrypt(found[1])
        except DecryptionError:
            pass  # made before the deployment's secret was changed: it works, but cannot be shown
        raise NotFound("There is no API key", "api_key_not_found")

    async def delete(self, user_id: str, key_id: str, origin: Origin) -> None:
        """Revoke a key. Raises NotFound."""
        event = AuditEvent("api_key.deleted", origin, user_id, {"key": key_id})
        await self._keys.delete(user_id, key_id, event)
        await self._announcements.revoked(user_id, key_id)

    async def delete_account_key(self, user_id: str, origin: Origin) -> None:
        """Revoke the account key, if there is one."""
        found = await self._keys.account_key(user_id)
        if found is not None:
            await self.delete(user_id, found[0], origin)

    def _make(self, user_id: str, name: str, days: int | None) -> MadeKey:
        secret, now = new_secret(), self._clock()
        key = ApiKey(
            id=str(uuid.uuid4()),
            user_id=user_id,
            name=name,
            prefix=secret[:PREFIX_CHARACTERS],
            created_at=now,
            expires_at=now + days * _DAY_SECONDS if days is not None else None,
        )
        return MadeKey(key, secret)


def _event(action: str, key: ApiKey, origin: Origin) -> AuditEvent:
    return AuditEvent(action, origin, key.user_id, {"key": key.id, "name": key.name, "prefix": key.prefix})
