"""Connections to the database that outlive the request or the task that opened them.

Every request of a web process runs in a thread that ends with it, and can leave nothing to the next one: its
connections wait in a pool. A worker does one task after another in one thread, and keeps its own. Opening one
costs PostgreSQL a process that has yet to learn every table: more than most tasks do.
"""

from django.conf import settings
from django.db import connections


def share_connections() -> None:
    """Called by a web process before it asks its database anything."""
    for alias, limits in settings.DATABASE_POOLS.items():
        connections.databases[alias]["OPTIONS"]["pool"] = dict(limits)


def keep_connections() -> None:
    """Called by a worker's process before its first task; what is kept is looked at before each."""
    for alias, seconds in settings.DATABASE_KEPT_S.items():
        connections.databases[alias]["CONN_MAX_AGE"] = seconds
