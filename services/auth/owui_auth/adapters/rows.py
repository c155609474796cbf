"""How rows of Postgres become accounts, groups and credential owners."""

from typing import Any

from owui_chassis.errors import NotFound
from owui_chassis.statements import Row
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_auth.domain.account import Account
from owui_auth.domain.groups import Group
from owui_auth.ports import CredentialOwner

NOT_FOUND = "We could not find what you're looking for :/"

# A stored picture may have megabytes; lists and sessions carry the path that serves it.
ACCOUNT_IN_BRIEF = """
    u.id, u.number, u.email, u.name, u.role, u.epoch, u.username, u.profile_banner_image_url, u.bio, u.gender,
    CASE WHEN u.profile_image_url LIKE 'data%'
         THEN '/api/v1/users/' || u.id || '/profile/image?v=' || u.updated_at
         ELSE u.profile_image_url END AS profile_image_url,
    u.date_of_birth, u.timezone, u.presence_state, u.status_emoji, u.status_message, u.status_expires_at,
    u.last_active_at, u.updated_at, u.created_at,
    ARRAY(SELECT m.group_id FROM group_member m WHERE m.user_id = u.id ORDER BY m.group_id) AS group_ids
"""

ACCOUNT = f"""
    {ACCOUNT_IN_BRIEF}, u.info::text AS info, u.settings::text AS settings, u.oauth::text AS oauth
"""

OWNER = """
    u.id AS user_id, u.name, u.email, u.role, u.epoch, u.last_active_at,
    ARRAY(SELECT m.group_id FROM group_member m WHERE m.user_id = u.id ORDER BY m.group_id) AS group_ids,
    (SELECT jsonb_agg(g.permissions) FROM group_member m JOIN "group" g ON g.id = m.group_id
      WHERE m.user_id = u.id AND g.permissions IS NOT NULL) AS group_permissions
"""

GROUP = """
    g.id, g.user_id, g.name, g.description, g.data::text AS data, g.meta::text AS meta,
    g.permissions::text AS permissions, g.created_at, g.updated_at,
    (SELECT count(*) FROM group_member m WHERE m.group_id = g.id) AS member_count
"""


def account_of(row: Any) -> Account:
    """Return the account of a row with the columns of ACCOUNT, or of ACCOUNT_IN_BRIEF."""
    values = dict(row._mapping)
    values["group_ids"] = tuple(values["group_ids"])
    return Account(**values)


def group_of(row: Any) -> Group:
    """Return the group of a row with the columns of GROUP."""
    return Group(**row._mapping)


def owner_of(row: Row) -> CredentialOwner:
    """Return who is behind the credential of a row with the columns of OWNER."""
    values = dict(row)
    values["group_ids"] = tuple(values["group_ids"])
    values["group_permissions"] = tuple(values["group_permissions"] or ())
    return CredentialOwner(**values)


async def read_account(connection: AsyncConnection, user_id: str) -> Account:
    """Return an account; raise NotFound."""
    query = text(f'SELECT {ACCOUNT} FROM "user" u WHERE u.id = :id')  # noqa: S608 - our own columns
    row = (await connection.execute(query, {"id": user_id})).one_or_none()
    if row is None:
        raise NotFound(NOT_FOUND, "user_not_found")
    return account_of(row)


async def read_group(connection: AsyncConnection, group_id: str) -> Group:
    """Return a group; raise NotFound."""
    query = text(f'SELECT {GROUP} FROM "group" g WHERE g.id = :id')  # noqa: S608 - our own columns
    row = (await connection.execute(query, {"id": group_id})).one_or_none()
    if row is None:
        raise NotFound(NOT_FOUND, "group_not_found")
    return group_of(row)
