"""What those who run an installation set, in every profile: `base` takes all of it."""

from typing import Any

from config import env

# So long the operator's backups are kept before they are overwritten: certificates of erasure name it.
BACKUP_DAYS = env.integer("BACKUP_DAYS", 30, least=0)
# What is done in each institution after a backup was restored.
AFTER_RESTORE: list[str] = ["privacy.services.reapplying.reapply"]
# The admin of the platform's operators, for what concerns no single exam; its place may be any.
PLATFORM_ADMIN = env.boolean("PLATFORM_ADMIN", False)
PLATFORM_PATH = env.text("PLATFORM_PATH", "platform/").strip("/") + "/"
# Shown as `Authorization: Bearer` by whoever reads /metrics; nobody may where there is none.
METRICS_TOKEN = env.secret_or("METRICS_TOKEN", "")
# Where a worker answers /metrics, which has no other door: 0 for nowhere.
METRICS_PORT = env.integer("METRICS_PORT", 0, least=0)
METRICS_HOST = env.text("METRICS_HOST", "127.0.0.1")
# A process that is told to end closes its sockets one by one within this time.
DRAIN_LIMIT_S = env.integer("DRAIN_LIMIT_S", 20, least=0)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.operations.logs.Line",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "config.operations.logs.Json"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # It would write refused addresses, and with them the tokens of candidates' links.
        "django.request": {"level": "ERROR"},
        # A server's own lines go where ours go; whole addresses go nowhere: see invigil.requests.
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
