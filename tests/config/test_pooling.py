"""A web process shares its connections to PostgreSQL; what a settings module does not name stays as it is."""

import os
import subprocess
import sys

import pytest
from django.db import connections

from config.pooling import share_connections
from tests.config.test_production import COMPLETE, ROOT
from tests.services.postgres import postgres

# The first one is still being opened when it is asked for, so the pool opens another.
MOST_OPENED = 2
IN_TURN = """
import threading
import django
django.setup()
from config.asgi import application
from django.db import close_old_connections, connection

def ask(found):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found.append(cursor.fetchone()[0])
    close_old_connections()

found = []
for _ in range(12):
    thread = threading.Thread(target=ask, args=(found,))
    thread.start()
    thread.join()
print(len(found), len(set(found)))
connection.close_pool()
"""


def test_without_a_setting_nothing_is_shared() -> None:
    share_connections()
    assert "pool" not in connections.databases["default"]["OPTIONS"]


@pytest.mark.slow
@pytest.mark.embedded_only
def test_the_next_thread_takes_the_connection_of_the_one_before() -> None:
    with postgres() as database_url:
        asked = subprocess.run(
            [sys.executable, "-c", IN_TURN],
            env=os.environ
            | COMPLETE
            | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings.production"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    asked_times, connections_made = map(int, asked.stdout.split())
    assert asked_times == 12
    assert connections_made <= MOST_OPENED
