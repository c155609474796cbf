"""Puts the parts of auth together: stores, use cases, servicers."""

from typing import cast

from owui.auth.v1.account_service_pb2_grpc import add_AccountServiceServicer_to_server
from owui.auth.v1.admin_config_service_pb2_grpc import add_AdminConfigServiceServicer_to_server
from owui.auth.v1.api_key_service_pb2_grpc import add_ApiKeyServiceServicer_to_server
from owui.auth.v1.group_service_pb2_grpc import add_GroupServiceServicer_to_server
from owui.auth.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server
from owui.auth.v1.permission_service_pb2_grpc import add_PermissionServiceServicer_to_server
from owui.auth.v1.preference_service_pb2_grpc import add_PreferenceServiceServicer_to_server
from owui.auth.v1.public_config_service_pb2_grpc import add_PublicConfigServiceServicer_to_server
from owui.auth.v1.session_service_pb2_grpc import add_SessionServiceServicer_to_server
from owui.auth.v1.user_service_pb2_grpc import add_UserServiceServicer_to_server
from owui_chassis.database import Database
from owui_chassis.encryption import Cipher
from owui_chassis.live import LiveSettings
from owui_chassis.service import Service
from redis.asyncio import Redis

from owui_auth.adapters.accounts import PostgresAccounts
from owui_auth.adapters.activity import PostgresActivity
from owui_auth.adapters.announcements import RedisAnnouncements
from owui_auth.adapters.api_keys import PostgresApiKeys
from owui_auth.adapters.attempts import AttemptLimits, RedisAttempts
from owui_auth.adapters.audit_log import PostgresAuditLog
from owui_auth.adapters.directory import PostgresDirectory
from owui_auth.adapters.groups import PostgresGroups
from owui_auth.adapters.password_hashes import PasswordHashPool
from owui_auth.adapters.preferences import PostgresPreferences
from owui_auth.adapters.sessions import PostgresSessions
from owui_auth.adapters.tokens import JwtTokens
from owui_auth.ports import Clock, Policy
from owui_auth.rpc.accounts import AccountServicer
from owui_auth.rpc.admin_config import AdminConfigServicer
from owui_auth.rpc.api_keys import ApiKeyServicer
from owui_auth.rpc.groups import GroupServicer
from owui_auth.rpc.identity import IdentityServicer
from owui_auth.rpc.permissions import PermissionServicer
from owui_auth.rpc.preferences import PreferenceServicer
from owui_auth.rpc.public_config import PublicConfigServicer
from owui_auth.rpc.sessions import SessionServicer
from owui_auth.rpc.users import UserServicer
from owui_auth.settings import AuthSettings
from owui_auth.usecases.accounts import AddUser, ChangePassword, DeleteUser, UpdateUser
from owui_auth.usecases.administration import Decide, ManageGroups
from owui_auth.usecases.identify import Permissions, ResolveCredential
from owui_auth.usecases.keys import Keys
from owui_auth.usecases.sessions import OpenSession, SignIn, SignOut, SignUp


class Assembly:
    """Everything auth is made of."""

    def __init__(
        self,
        *,
        settings: AuthSettings,
        live: LiveSettings[AuthSettings],
        database: Database,
        redis: Redis,
        passwords: PasswordHashPool,
        service: Service,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._live = live
        # The live settings answer by attribute like the settings themselves; no checker can see that.
        self._policy = cast("Policy", live)
        self._clock = clock
        self._passwords = passwords
        self.accounts = PostgresAccounts(database, clock)
        self.sessions = PostgresSessions(database)
        self._keys = PostgresApiKeys(database)
        self._groups = PostgresGroups(database, clock)
        self._directory = PostgresDirectory(database)
        self._preferences = PostgresPreferences(database, clock)
        self._audit = PostgresAuditLog(database)
        self._activity = PostgresActivity(database, service.background)
        self._tokens = JwtTokens(settings.secret_key)
        self._announcements = RedisAnnouncements(redis, settings.redis_key_prefix)
        self._permissions = Permissions(self._policy, settings.permission_tree(), self._groups)
        limits = AttemptLimits(
            settings.signin_limit_per_account,
            settings.signin_limit_per_address,
            settings.signin_window.total_seconds(),
        )
        self._attempts = RedisAttempts(redis, settings.redis_key_prefix, limits)
        self._open_session = OpenSession(self.sessions, self._tokens, self._policy, clock)

    def serve(self, service: Service) -> None:
        """Add all servicers to the service."""
        self._serve_credentials(service)
        self._serve_sessions(service)
        self._serve_people(service)
        self._serve_administration(service)

    def _serve_credentials(self, service: Service) -> None:
        resolve = ResolveCredential(
            sessions=self.sessions,
            keys=self._keys,
            tokens=self._tokens,
            activity=self._activity,
            permissions=self._permissions,
            policy=self._policy,
            clock=self._clock,
        )
        identity = IdentityServicer(resolve, self.accounts, self._groups)
        service.add(add_IdentityServiceServicer_to_server, identity)
        cipher = Cipher(self._settings.secret_key, "api key")
        keys = Keys(self._keys, cipher, self._announcements, self._policy, self._clock)
        service.add(add_ApiKeyServiceServicer_to_server, ApiKeyServicer(keys, self._keys))

    def _serve_sessions(self, service: Service) -> None:
        sign_up = SignUp(
            accounts=self.accounts,
            passwords=self._passwords,
            attempts=self._attempts,
            open_session=self._open_session,
            policy=self._policy,
            clock=self._clock,
        )
        sign_in = SignIn(
            accounts=self.accounts,
            passwords=self._passwords,
            attempts=self._attempts,
            audit=self._audit,
            open_session=self._open_session,
            policy=self._policy,
        )
        sessions = SessionServicer(
            sign_up=sign_up,
            sign_in=sign_in,
            sign_out=SignOut(self.sessions, self._announcements, self._clock),
            accounts=self.accounts,
            sessions=self.sessions,
            tokens=self._tokens,
            permissions=self._permissions,
            redirect_url=self._settings.signout_redirect_url,
        )
        service.add(add_SessionServiceServicer_to_server, sessions)

    def _serve_people(self, service: Service) -> None:
        change_password = ChangePassword(
            accounts=self.accounts,
            passwords=self._passwords,
            attempts=self._attempts,
            audit=self._audit,
            announcements=self._announcements,
            policy=self._policy,
        )
        add_user = AddUser(self.accounts, self._passwords, self._open_session, self._policy, self._clock)
        own = AccountServicer(add_user, change_password, self.accounts)
        service.add(add_AccountServiceServicer_to_server, own)
        users = UserServicer(
            accounts=self.accounts,
            directory=self._directory,
            groups=self._groups,
            update_user=UpdateUser(self.accounts, self._passwords, self._announcements, self._policy),
            delete_user=DeleteUser(self.accounts, self._announcements),
            clock=self._clock,
        )
        service.add(add_UserServiceServicer_to_server, users)
        preferences = PreferenceServicer(self.accounts, self._preferences)
        service.add(add_PreferenceServiceServicer_to_server, preferences)
        service.add(
            add_GroupServiceServicer_to_server, GroupServicer(ManageGroups(self._groups), self._groups)
        )

    def _serve_administration(self, service: Service) -> None:
        decide = Decide(self._policy, self._audit)
        config = AdminConfigServicer(self._live, decide, self._directory)
        service.add(add_AdminConfigServiceServicer_to_server, config)
        service.add(add_PermissionServiceServicer_to_server, PermissionServicer(self._permissions, decide))
        public = PublicConfigServicer(
            self._live, self.accounts, self._directory, self._permissions, self._clock
        )
        service.add(add_PublicConfigServiceServicer_to_server, public)
