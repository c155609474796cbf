"""Where Redis is: one server, servers that sentinels watch, or a cluster."""

from redis.asyncio.connection import parse_url

from owui_chassis.declared_settings import SettingsError, setting
from owui_chassis.redis_place import RedisPlace, Sentinels
from owui_chassis.settings_of.outside import OutsideSettings


class RedisSettings(OutsideSettings):
    """Where Redis is."""

    redis_url: str = setting(
        "REDIS_URL",
        "redis://localhost:6379/0",
        "Redis of the deployment: redis://, rediss:// (TLS) or unix://; with Sentinel the host is the "
        "name of the primary.",
        secret=True,
    )
    redis_username: str = setting("REDIS_USERNAME", "", "User at Redis; wins over that of REDIS_URL.")
    redis_password: str = setting(
        "REDIS_PASSWORD", "", "Password at Redis as it is; wins over that of REDIS_URL.", secret=True
    )
    redis_sentinel_hosts: tuple[str, ...] = setting(
        "REDIS_SENTINEL_HOSTS", (), "Hosts of the sentinels, separated by commas; host:port where it differs."
    )
    redis_sentinel_port: int = setting("REDIS_SENTINEL_PORT", 26379, "Port of the sentinels.")
    redis_sentinel_username: str = setting("REDIS_SENTINEL_USERNAME", "", "User at the sentinels.")
    redis_sentinel_password: str = setting(
        "REDIS_SENTINEL_PASSWORD", "", "Password at the sentinels, when they want one.", secret=True
    )
    redis_cluster: bool = setting("REDIS_CLUSTER", False, "Whether REDIS_URL names a node of a cluster.")
    redis_connect_seconds: float = setting(
        "REDIS_SOCKET_CONNECT_TIMEOUT", 3.0, "Seconds after which connecting to Redis is given up."
    )
    redis_key_prefix: str = setting("REDIS_KEY_PREFIX", "owui", "Prefix of every key and channel in Redis.")

    @property
    def redis(self) -> RedisPlace:
        """Where Redis is and how to get in."""
        sentinels = None
        if self.redis_sentinel_hosts:
            sentinels = Sentinels(
                addresses=tuple(
                    _address(host, self.redis_sentinel_port) for host in self.redis_sentinel_hosts
                ),
                username=self.redis_sentinel_username,
                password=self.redis_sentinel_password,
            )
        return RedisPlace(
            url=self.redis_url,
            username=self.redis_username,
            password=self.redis_password,
            sentinels=sentinels,
            cluster=self.redis_cluster,
            connect_seconds=self.redis_connect_seconds,
            trust=self.trust,
        )

    def check(self) -> None:
        """Raise SettingsError for an address that is none, or that does not fit the kind of Redis."""
        super().check()
        try:
            parsed = parse_url(self.redis_url)
        except ValueError:
            raise SettingsError(
                "REDIS_URL begins with redis://, rediss:// or unix://; special characters of a password are "
                "percent-encoded, or the password is put into REDIS_PASSWORD"
            ) from None
        several = self.redis_cluster or self.redis_sentinel_hosts
        if several and self.redis_url.startswith("unix:"):
            raise SettingsError("REDIS_URL is a socket of this machine: no cluster and no sentinels")
        if self.redis_cluster and self.redis_sentinel_hosts:
            raise SettingsError("REDIS_CLUSTER and REDIS_SENTINEL_HOSTS exclude each other: unset one")
        if self.redis_cluster and parsed.get("db"):
            raise SettingsError("REDIS_URL names a database, and a cluster has only number 0")
        for host in self.redis_sentinel_hosts:
            try:
                _address(host, self.redis_sentinel_port)
            except ValueError:
                raise SettingsError(f"REDIS_SENTINEL_HOSTS: {host!r} is no host or host:port") from None


def _address(text: str, port: int) -> tuple[str, int]:
    """Read "host", "host:port" or "[ipv6]:port"; raise ValueError."""
    host, colon, number = text.rpartition(":")
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1], port
    if not colon or (":" in host.strip("[]") and not host.startswith("[")):
        return text, port
    if not host:
        raise ValueError(text)
    return host.strip("[]"), int(number)
