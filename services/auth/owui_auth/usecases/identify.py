"""Tells who is behind a credential."""

from collections.abc import Sequence
from dataclasses import dataclass

from owui_chassis.errors import Forbidden, Unauthenticated

from owui_auth.domain.api_keys import MARK, digest, may_use
from owui_auth.domain.permissions import PermissionTree, combined, granted, overlaid
from owui_auth.domain.sessions import TokenClaims
from owui_auth.ports import Activity, ApiKeys, Clock, CredentialOwner, Groups, Policy, Sessions, Tokens

_KEY_CHARACTERS = 512


@dataclass(frozen=True)
class Identity:
    """The caller behind a credential; `path_bound` when it holds for the asked path only."""

    owner: CredentialOwner
    permissions: list[str]
    via: str
    path_bound: bool = False


class Permissions:
    """What people may do: the defaults, changed by administrators, and what groups add."""

    def __init__(self, policy: Policy, environment: PermissionTree, groups: Groups) -> None:
        self._policy = policy
        self._environment = environment
        self._groups = groups

    def default(self) -> PermissionTree:
        """Return what everybody may do."""
        return overlaid(self._environment, self._policy.user_permissions)

    async def of(self, user_id: str) -> PermissionTree:
        """Return what a person may do."""
        return combined(self.default(), await self._groups.permissions(user_id))


class ResolveCredential:
    """Verifies sessions and API keys, with one look-up in Postgres."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        keys: ApiKeys,
        tokens: Tokens,
        activity: Activity,
        permissions: Permissions,
        policy: Policy,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._keys = keys
        self._tokens = tokens
        self._activity = activity
        self._permissions = permissions
        self._policy = policy
        self._clock = clock

    async def __call__(self, credential: str, path: str) -> Identity:
        """Return the caller. Raises Unauthenticated, and Forbidden for keys that may not be used (here)."""
        if not credential.startswith(MARK):
            [found] = await self.sessions([credential])
            if found is None:
                raise _refused()
            return found
        now = self._clock()
        identity = await self._key(credential, path, now)
        self._activity.seen(identity.owner, by_key=True, now=now)
        return identity

    async def sessions(self, tokens: Sequence[str]) -> list[Identity | None]:
        """Return whose these session tokens are, in their order; None for the worthless ones."""
        now = self._clock()
        claims = [self._claims(token) for token in tokens]
        asked = [one.session_id for one in claims if one is not None]
        owners = await self._sessions.owners(asked) if asked else {}
        return [self._session(one, owners.get(one.session_id), now) if one else None for one in claims]

    def _claims(self, token: str) -> TokenClaims | None:
        try:
            return self._tokens.verify(token)
        except Unauthenticated:
            return None

    def _session(self, claims: TokenClaims, owner: CredentialOwner | None, now: int) -> Identity | None:
        if owner is None or owner.revoked or owner.user_id != claims.user_id:
            return None
        if not owner.epoch == owner.credential_epoch == claims.epoch:
            return None
        if owner.expires_at is not None and owner.expires_at <= now:
            return None
        self._activity.seen(owner, by_key=False, now=now)
        return Identity(owner, self._granted(owner), "session")

    async def _key(self, secret: str, path: str, now: int) -> Identity:
        owner = await self._keys.owner(digest(secret)) if len(secret) <= _KEY_CHARACTERS else None
        if owner is None or (owner.expires_at is not None and owner.expires_at <= now):
            raise _refused()
        permissions = self._granted(owner)
        check_keys_allowed(self._policy, owner.role == "admin" or "features.api_keys" in permissions)
        restricted = self._policy.enable_api_keys_endpoint_restrictions
        if restricted and not may_use(path, self._policy.api_keys_allowed_endpoints):
            raise Forbidden("API key not allowed to access this endpoint.", "endpoint_not_allowed")
        return Identity(owner, permissions, "api_key", path_bound=restricted)

    def _granted(self, owner: CredentialOwner) -> list[str]:
        return granted(combined(self._permissions.default(), owner.group_permissions))


def check_keys_allowed(policy: Policy, has_permission: bool) -> None:
    """Raise Forbidden when API keys are switched off, or the person may not have any."""
    if not policy.enable_api_keys:
        raise Forbidden("API keys are switched off on this installation", "api_keys_disabled")
    if not has_permission:
        raise Forbidden("You do not have permission to use API keys", "api_keys_not_permitted")


def _refused() -> Unauthenticated:
    return Unauthenticated("401 Unauthorized", "invalid_token")
