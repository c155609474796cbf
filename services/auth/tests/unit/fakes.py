"""Hand-written stand-ins for what the use cases need from outside."""

from dataclasses import replace
from datetime import timedelta

from owui_auth.domain.account import Account
from owui_chassis.errors import AlreadyExists, Exhausted


class FakePolicy:
    """The defaults of a new installation."""

    enable_signup = True
    enable_initial_admin_signup = False
    enable_login_form = True
    enable_password_auth = True
    default_user_role = "pending"
    default_group_id = ""
    jwt_expires_in: timedelta | None = timedelta(weeks=4)
    password_min_length = 8
    enable_password_validation = False
    password_validation_pattern = r"^(?=.*\d).{8,}$"
    enable_api_keys = True
    enable_api_keys_endpoint_restrictions = False
    api_keys_allowed_endpoints = ""

    def __init__(self, **values):
        self.user_permissions = {}
        self.__dict__.update(values)

    async def set(self, by="", **values):
        self.__dict__.update(values)


class FakeAccounts:
    """Accounts in a dictionary; `overtaken` lets somebody else be first at the last moment."""

    def __init__(self, *, overtaken=False):
        self.by_email = {}
        self.hashes = {}
        self.events = []
        self.overtaken = overtaken

    async def exist(self):
        return bool(self.by_email)

    async def add(self, account, group_id, event):
        if account.email in self.by_email:
            raise AlreadyExists("taken", "email_taken")
        stored = Account(
            id=account.id,
            number=len(self.by_email) + 1,
            email=account.email,
            name=account.name,
            role=account.role,
            profile_image_url=account.profile_image_url,
            created_at=account.created_at,
            group_ids=(group_id,) if group_id else (),
        )
        self.by_email[account.email] = stored
        self.hashes[account.id] = account.password_hash
        self.events.append(event)
        return stored

    async def add_first(self, account, event):
        return None if self.overtaken else await self.add(account, "", event)

    async def find(self, user_id):
        return next(account for account in self.by_email.values() if account.id == user_id)

    async def find_with_password(self, email):
        account = self.by_email.get(email)
        return (account, self.hashes[account.id]) if account else None

    async def password_hash(self, user_id):
        return self.hashes[user_id]

    async def replace_hash(self, user_id, old, new):
        if self.hashes[user_id] == old:
            self.hashes[user_id] = new

    async def set_password(self, user_id, password_hash, event):
        account = await self.find(user_id)
        self.by_email[account.email] = replace(account, epoch=account.epoch + 1)
        self.hashes[user_id] = password_hash
        self.events.append(event)


class FakePasswords:
    """Hashes that can be read; what begins with "old:" is outdated."""

    def __init__(self):
        self.verified = []
        self.busy = False

    async def hash(self, password):
        if self.busy:
            raise Exhausted("busy")
        return f"new:{password}"

    async def verify(self, stored, password):
        self.verified.append(stored)
        return stored.partition(":")[2] == password and bool(stored)

    def is_outdated(self, stored):
        return stored.startswith("old:")


class FakeAttempts:
    """Counts without a limit unless one is given."""

    def __init__(self, limit=1000):
        self.counts = {}
        self.limit = limit

    async def reserve(self, account, address):
        self.counts[account] = self.counts.get(account, 0) + 1
        if self.counts[account] > self.limit:
            raise Exhausted("too many", retry_after=10)

    async def refund(self, account, address):
        self.counts[account] -= 1


class FakeSessions:
    """Sessions in a dictionary."""

    def __init__(self):
        self.stored = {}
        self.events = []

    async def add(self, session, event):
        self.stored[session.id] = session
        if event is not None:
            self.events.append(event)

    async def revoke(self, session_id, now, event):
        return self.stored.pop(session_id, None) is not None


class FakeTokens:
    """Tokens that can be read."""

    def sign(self, session):
        return f"token of {session.id}"


class FakeAudit:
    """Events in a list."""

    def __init__(self):
        self.events = []

    async def append(self, event):
        self.events.append(event)


class FakeAnnouncements:
    """Revocations in a list."""

    def __init__(self):
        self.revocations = []

    async def revoked(self, user_id, credential_id):
        self.revocations.append((user_id, credential_id))
