"""Rows for schemathesis to find: ids that it would never guess."""

import io

from PIL import Image

from tests.contract.callers import PASSWORD, Caller
from tests.contract.candidate import Candidate

Ids = dict[str, list[str]]


def furnish(owner: Caller, key: Caller) -> Ids:
    """By the name of a path parameter: sessions in several states, flags, and what an owner makes."""
    exam = _made(key, "/exams/", {"title": "Logic I", "duration_minutes": 90})
    sessions = [_booked(key, exam, number) for number in range(4)]
    flags = [_flagged(key, session) for session in sessions[1:]]
    for session in sessions[2:]:
        _made(key, f"/sessions/{session['id']}/end/", {}, status=200)
        _await_report(key, session)
    candidate = key.call("GET", "/candidates/").json()["results"][0]
    more_time = {"extra_minutes": 5, "reason": "A letter from the doctor."}
    allowance = _made(key, f"/candidates/{candidate['id']}/allowances/", more_time)
    member = {"email": "bob@example.com", "password": PASSWORD, "role": "examiner"}
    spare = {"name": "spare", "scopes": ["read"]}
    webhook = {"url": "https://lms.example.edu/invigil", "events": ["report.ready"]}
    return {
        "exam_id": [exam["id"]],
        "session_id": [session["id"] for session in sessions],
        "flag_id": flags,
        "user_id": [_made(owner, "/members/", member)["id"]],
        "key_id": [_made(owner, "/api-keys/", spare)["id"]],
        "endpoint_id": [_made(owner, "/webhooks/endpoints/", webhook)["id"]],
        "candidate_id": [candidate["id"]],
        "allowance_id": [allowance["id"]],
        "export_id": [_made(key, f"/exams/{exam['id']}/exports/", None, status=202)["id"]],
    }


def picture() -> bytes:
    found = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((640, 480)).save(found, "JPEG")
    return found.getvalue()


def _booked(key: Caller, exam: dict[str, str], number: int) -> dict[str, str]:
    return _made(key, "/sessions/", {"exam": exam["id"], "candidate_id": f"c-{number}"})


def _flagged(key: Caller, session: dict[str, str]) -> str:
    """A sitting that begins, shows itself and leaves its tab: the flag's id."""
    candidate = Candidate(session["join_url"])
    candidate.agree()
    _made(key, f"/sessions/{session['id']}/start/", {"without_baseline": True}, status=200)
    candidate.show(picture())
    candidate.report("tab_hidden", "tab_visible", "window_focus")
    (flag,) = key.call("GET", f"/sessions/{session['id']}/flags/").json()["results"]
    return str(flag["id"])


def _await_report(key: Caller, session: dict[str, str]) -> None:
    while (answer := key.call("GET", f"/sessions/{session['id']}/report/")).status_code in (409, 503):
        continue
    assert answer.status_code == 200, answer.text


def _made(caller: Caller, path: str, body: object, *, status: int = 201) -> dict[str, str]:
    answer = caller.call("POST", path, body)
    assert answer.status_code == status, answer.text
    found: dict[str, str] = answer.json()
    return found
