"""Connections of a web process to its database, kept from request to request.

Every request runs in a thread that ends with it, and can leave nothing to the next one. A worker does one
task after another on one connection and would only lose by a pool, so this is no setting of every process.
"""

from django.conf import settings
from django.db import connections


def share_connections() -> None:
    """Called by a web process before it asks its database anything."""
    for alias, limits in settings.DATABASE_POOLS.items():
        connections.databases[alias]["OPTIONS"]["pool"] = dict(limits)
