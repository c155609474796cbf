"""How what is stored is looked after."""

from datetime import timedelta

from owui_chassis.settings import Settings, SettingsError, setting


class UpkeepSettings(Settings):
    """How what is stored is looked after."""

    reconcile_interval: timedelta = setting(
        "RAG_RECONCILE_INTERVAL",
        timedelta(hours=6),
        "How often files, bytes, texts, index and accounts are compared with each other.",
    )
    reconcile_grace: timedelta = setting(
        "RAG_RECONCILE_GRACE",
        timedelta(days=1),
        "Age below which something without its counterpart is left alone.",
    )
    reconcile_repair: bool = setting(
        "RAG_RECONCILE_REPAIR",
        True,
        "Whether the regular comparison puts right what it finds; otherwise it only reports.",
    )
    evaluation_parallel: int = setting(
        "RAG_EVALUATION_PARALLEL", 2, "Questions that an evaluation searches at the same time."
    )

    def check(self) -> None:
        """Raise SettingsError for what would never rest."""
        super().check()
        if self.reconcile_interval < timedelta(minutes=1):
            raise SettingsError("RAG_RECONCILE_INTERVAL is at least 1m")
        if self.evaluation_parallel < 1:
            raise SettingsError("RAG_EVALUATION_PARALLEL is at least 1")
