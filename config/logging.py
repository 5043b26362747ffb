"""Structured logs, one JSON object a line. Message text is never among what is logged."""

import logging
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


class PeersFault(logging.Filter):
    """What a peer sent wrongly is no error of ours: said in one line, not with a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Invalid UTF-8 sequence"):
            record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
        return True


def logging_settings(level: str, *, pretty: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, as JSON; for people under DEBUG."""
    renderer = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": processors,
            }
        },
        "filters": {"peers_fault": {"()": PeersFault}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.channels.server": {"level": "WARNING"},
            # One line a connection and more says nothing that a request's own line does not.
            "uvicorn.error": {"level": "WARNING", "filters": ["peers_fault"]},
            "daphne": {"level": "WARNING"},
        },
    }
