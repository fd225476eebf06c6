"""A web process shares its connections to PostgreSQL, a worker keeps its own: where settings name them."""

import os
import subprocess
import sys

import pytest
from django.db import connections

from config.pooling import keep_connections, share_connections
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
# Between two tasks Celery does what `close_old_connections` does.
TASK_AFTER_TASK = """
import django
import psycopg
django.setup()
from config.pooling import keep_connections
from django.db import close_old_connections, connection
keep_connections()

def ask():
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = cursor.fetchone()[0]
    close_old_connections()
    return found

first = [ask() for _ in range(3)]
with psycopg.connect(**{"dbname": "invigil", "user": connection.settings_dict["USER"],
        "host": connection.settings_dict["HOST"], "port": connection.settings_dict["PORT"]}) as other:
    other.execute("SELECT pg_terminate_backend(%s, 5000)", [first[0]])
print(len(set(first)), ask() in first)
"""


def test_without_a_setting_nothing_is_shared() -> None:
    share_connections()
    assert "pool" not in connections.databases["default"]["OPTIONS"]


@pytest.mark.embedded_only
def test_without_a_setting_nothing_is_kept() -> None:
    keep_connections()
    assert connections.databases["default"]["CONN_MAX_AGE"] == 0


@pytest.mark.slow
@pytest.mark.embedded_only
def test_the_next_thread_takes_the_connection_of_the_one_before() -> None:
    asked_times, connections_made = map(int, said_by(IN_TURN).split())
    assert asked_times == 12
    assert connections_made <= MOST_OPENED


@pytest.mark.slow
@pytest.mark.embedded_only
def test_a_worker_keeps_its_connection_while_it_lives() -> None:
    assert said_by(TASK_AFTER_TASK).split() == ["1", "False"]


def said_by(program: str) -> str:
    with postgres() as database_url:
        own = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings.production"}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | COMPLETE | own,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout
