"""What every service reads from its environment."""

from owui_chassis.declared_settings import (
    Setting,
    Settings,
    SettingsError,
    duration,
    parse,
    setting,
)
from owui_chassis.settings_of.azure import AzureSettings
from owui_chassis.settings_of.database import DatabaseSettings
from owui_chassis.settings_of.outside import OutsideSettings
from owui_chassis.settings_of.redis import RedisSettings

# Services declare theirs with what this module offers and need not know where it lives.
__all__ = ["ServiceSettings", "Setting", "Settings", "SettingsError", "duration", "parse", "setting"]
_SECRET_CHARACTERS = 16


class ServiceSettings(DatabaseSettings, RedisSettings, OutsideSettings, AzureSettings):
    """What every service reads."""

    secret_key: str = setting(
        ("WEBUI_SECRET_KEY", "WEBUI_JWT_SECRET_KEY"),
        doc="Secret of the deployment, the same for all services and replicas; at least 16 characters.",
        secret=True,
    )
    listen: str = setting("{prefix}LISTEN", "0.0.0.0:50051", "Address on which the service answers gRPC.")
    metrics_port: int = setting(
        "{prefix}METRICS_PORT", 0, "Port of the service's Prometheus metrics; 0 for none."
    )
    drain_delay_seconds: float = setting(
        "DRAIN_DELAY_SECONDS",
        5.0,
        "How long a stopping replica goes on as before while it reports not ready, so that all learn of it.",
    )
    drain_seconds: float = setting(
        "DRAIN_SECONDS", 30.0, "How long a stopping replica lets calls and streams finish after that."
    )
    connection_age_seconds: float = setting(
        "GRPC_CONNECTION_AGE_SECONDS",
        60.0,
        "Age at which a caller's connection is renewed, so that it finds replicas that were added.",
    )

    def check(self) -> None:
        """Raise SettingsError for a secret that could be guessed."""
        super().check()
        if len(self.secret_key) < _SECRET_CHARACTERS:
            raise SettingsError(
                f"WEBUI_SECRET_KEY has fewer than {_SECRET_CHARACTERS} characters; choose a long random text"
            )
