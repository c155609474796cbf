"""How accounts, groups and permissions become messages."""

import orjson
from owui.auth.v1 import group_pb2, permissions_pb2, session_user_pb2, user_pb2

from owui_auth.domain.account import Account
from owui_auth.domain.groups import Group
from owui_auth.domain.permissions import PermissionTree
from owui_auth.usecases.sessions import SignedIn

TOKEN_TYPE = "Bearer"  # noqa: S105 - the name of a scheme, not a secret


def json_bytes(text: str | None) -> bytes | None:
    """Return JSON text as bytes; None for none."""
    return text.encode() if text is not None else None


def user(account: Account) -> user_pb2.User:
    """Return an account as its owner and administrators see it."""
    return user_pb2.User(
        id=account.id,
        email=account.email,
        username=account.username,
        role=account.role,
        name=account.name,
        profile_image_url=account.profile_image_url,
        profile_banner_image_url=account.profile_banner_image_url,
        bio=account.bio,
        gender=account.gender,
        date_of_birth=account.date_of_birth.isoformat() if account.date_of_birth else None,
        timezone=account.timezone,
        presence_state=account.presence_state,
        status_emoji=account.status_emoji,
        status_message=account.status_message,
        status_expires_at=account.status_expires_at,
        info=json_bytes(account.info),
        settings=json_bytes(account.settings),
        oauth=json_bytes(account.oauth),
        last_active_at=account.last_active_at,
        updated_at=account.updated_at,
        created_at=account.created_at,
        group_ids=account.group_ids,
    )


def user_info(account: Account, *, with_email: bool) -> user_pb2.UserInfo:
    """Return an account in brief; the address only for administrators."""
    return user_pb2.UserInfo(
        id=account.id,
        name=account.name,
        email=account.email if with_email else "",
        role=account.role,
        status_emoji=account.status_emoji,
        status_message=account.status_message,
        status_expires_at=account.status_expires_at,
    )


def session_user(signed_in: SignedIn, permissions: PermissionTree) -> session_user_pb2.SessionUser:
    """Return who has just signed in."""
    account = signed_in.account
    return session_user_pb2.SessionUser(
        token=signed_in.token,
        token_type=TOKEN_TYPE,
        expires_at=signed_in.session.expires_at,
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        profile_image_url=account.profile_image_url,
        permissions=orjson.dumps(permissions),
    )


def group(found: Group) -> group_pb2.Group:
    """Return a group."""
    return group_pb2.Group(
        id=found.id,
        user_id=found.user_id,
        name=found.name,
        description=found.description,
        data=json_bytes(found.data),
        meta=json_bytes(found.meta),
        permissions=json_bytes(found.permissions),
        created_at=found.created_at,
        updated_at=found.updated_at,
        member_count=found.member_count,
    )


def user_permissions(tree: PermissionTree) -> permissions_pb2.UserPermissions:
    """Return a tree of permissions as a message."""
    return permissions_pb2.UserPermissions(
        workspace=permissions_pb2.WorkspacePermissions(**tree["workspace"]),
        sharing=permissions_pb2.SharingPermissions(**tree["sharing"]),
        chat=permissions_pb2.ChatPermissions(**tree["chat"]),
        features=permissions_pb2.FeaturesPermissions(**tree["features"]),
    )


def permission_tree(message: permissions_pb2.UserPermissions) -> PermissionTree:
    """Return the switches that a message names."""
    return {
        section.name: {switch.name: bool(value) for switch, value in switches.ListFields()}
        for section, switches in message.ListFields()
    }
