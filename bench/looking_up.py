"""Looks every acknowledged event up in the database: what was promised must be there, as it was sent."""

from collections.abc import Sequence

import psycopg

from bench.room_client import RoomClient

KEPT = (
    "SELECT session_id::text, seq, record->>'ev' FROM proctoring_observation"
    " WHERE stream = 'browser' AND session_id = ANY(%s::uuid[])"
)


def look_up(database_url: str, clients: Sequence[RoomClient]) -> tuple[int, int]:
    """How many acknowledged events are not kept, and how many are kept as something else."""
    by_session = {client.session: client for client in clients}
    kept: dict[str, dict[int, str]] = {session: {} for session in by_session}
    with psycopg.connect(database_url) as database, database.cursor(name="kept") as rows:
        rows.itersize = 10_000
        for session, seq, name in rows.execute(KEPT, [list(by_session)]):
            kept[session][seq] = name
    lost = changed = 0
    for session, client in by_session.items():
        for seq in client.acked:
            found = kept[session].get(seq)
            lost += found is None
            changed += found is not None and found != client.events[seq].name
    return lost, changed
