"""Accounts, credentials, sessions, API keys, groups and the audit record."""

from alembic import op

revision = "0001"
down_revision = None

_STATEMENTS = """
CREATE TABLE "user" (
    id text PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    email text NOT NULL CONSTRAINT user_email_key UNIQUE,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('pending', 'user', 'admin')),
    profile_image_url text NOT NULL,
    epoch integer NOT NULL DEFAULT 0,
    username text,
    profile_banner_image_url text,
    bio text,
    gender text,
    date_of_birth date,
    timezone text,
    presence_state text,
    status_emoji text,
    status_message text,
    status_expires_at bigint,
    info jsonb,
    settings jsonb,
    oauth jsonb,
    last_active_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX user_number_key ON "user" (number);
CREATE INDEX user_last_active_at_idx ON "user" (last_active_at);

CREATE TABLE credential (
    user_id text PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    password_hash text NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE session (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    epoch integer NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    address text NOT NULL,
    user_agent text NOT NULL
);
CREATE INDEX session_user_id_idx ON session (user_id);
CREATE INDEX session_expires_at_idx ON session (expires_at);

CREATE TABLE api_key (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name text NOT NULL,
    prefix text NOT NULL,
    digest bytea NOT NULL CONSTRAINT api_key_digest_key UNIQUE,
    is_account_key boolean NOT NULL DEFAULT false,
    sealed text,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint
);
CREATE INDEX api_key_user_id_idx ON api_key (user_id);
CREATE UNIQUE INDEX api_key_account_key_key ON api_key (user_id) WHERE is_account_key;

CREATE TABLE "group" (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    name text NOT NULL CONSTRAINT group_name_key UNIQUE,
    description text NOT NULL,
    data jsonb,
    meta jsonb,
    permissions jsonb,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE group_member (
    group_id text NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_member_user_id_idx ON group_member (user_id);

CREATE TABLE user_deletion (
    user_id text PRIMARY KEY,
    deleted_at bigint NOT NULL,
    announced_at bigint
);
CREATE INDEX user_deletion_pending_idx ON user_deletion (deleted_at) WHERE announced_at IS NULL;

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    action text NOT NULL,
    actor_id text NOT NULL,
    subject_id text NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    request_id text NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX audit_event_created_at_idx ON audit_event (created_at);
CREATE INDEX audit_event_subject_id_idx ON audit_event (subject_id, created_at);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only';
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in _statements():
        op.execute(statement)


def _statements() -> list[str]:
    # The driver takes one statement at a time; only the function's body holds a semicolon of its own.
    parts = _STATEMENTS.split("$$")
    statements: list[str] = []
    pending = ""
    for index, part in enumerate(parts):
        if index % 2:
            pending += f"$${part}$$"
            continue
        pieces = part.split(";")
        for piece in pieces[:-1]:
            statements.append((pending + piece).strip())
            pending = ""
        pending += pieces[-1]
    return [statement for statement in statements if statement]
