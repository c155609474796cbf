"""Log lines: JSON with the trace of the call, or plain text for a person at a terminal."""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from owui_chassis.call import trace_id

_LEVELS = {"TRACE": "DEBUG", "WARN": "WARNING"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace, error."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := trace_id():
            line["trace_id"] = trace
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """A short line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")


def configure_logging(environ: Mapping[str, str], service: str) -> None:
    """Send all logs to standard error; GLOBAL_LOG_LEVEL and LOG_FORMAT ("json" or "text") decide how."""
    level = environ.get("GLOBAL_LOG_LEVEL", "INFO").upper() or "INFO"
    handler = logging.StreamHandler(sys.stderr)
    text = environ.get("LOG_FORMAT", "json").lower() == "text"
    handler.setFormatter(TextFormatter() if text else JsonFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    try:
        root.setLevel(_LEVELS.get(level, level))
    except ValueError:
        root.setLevel("INFO")
        root.warning("GLOBAL_LOG_LEVEL=%s is no level; INFO is used", level)
    for chatty in ("alembic", "grpc", "httpcore", "asyncio", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(max(root.level, logging.WARNING))
