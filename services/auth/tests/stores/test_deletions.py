"""Deleted accounts are announced, however often Redis was away."""

import json

import pytest
from owui_auth.adapters.announcements import DeletionAnnouncer
from owui_chassis.database import Database
from owui_chassis.migrations import migrate
from owui_chassis.redis import open_redis
from redis.exceptions import RedisError
from sqlalchemy import text

AWAY = "redis://127.0.0.1:1/0"


class TestDeletionAnnouncer:
    async def test_announces_once_what_redis_missed(self, postgres_url, redis_url):
        await migrate("owui_auth", "auth", postgres_url)
        gone = [f"person {number}" for number in range(250)]
        insertion = text("INSERT INTO user_deletion (user_id, deleted_at) VALUES (:id, 1)")
        async with Database(postgres_url, "auth", 2) as database, open_redis(redis_url) as redis:
            async with database.begin() as connection:
                await connection.execute(insertion, [{"id": user_id} for user_id in gone])
            async with open_redis(AWAY) as away:
                with pytest.raises((RedisError, OSError)):
                    await DeletionAnnouncer(database, away, "owui", lambda: 2).announce()
            for _ in range(2):
                await DeletionAnnouncer(database, redis, "owui", lambda: 2).announce()
            entries = await redis.xrange("owui:users:deleted")
        announced = [json.loads(fields[b"data"])["user_id"] for _, fields in entries]
        assert sorted(announced) == sorted(gone)

    async def test_migrating_again_changes_nothing(self, postgres_url):
        await migrate("owui_auth", "auth", postgres_url)
        assert await migrate("owui_auth", "auth", postgres_url) is False
