"""The list of bad inputs, rows 55 to 60 and 75 to 80: what comes under another name, type, size or place."""

import base64
import io
import json
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import DomainError
from accounts.tenancy import tenant_scope
from analysis.video_pieces import Problem, join_pieces
from exams.models import Candidate
from proctoring import protocol
from proctoring.analyse_protocol import parse_analyse_message
from proctoring.models import Piece
from proctoring.recording_places import AtTheBucket
from proctoring.wire import ProtocolError
from tests.analysis.test_video_pieces import pieces_of
from tests.conftest import Person
from tests.factories import make_exam
from tests.film_pieces import film
from tests.proctoring.fakes import picture_of
from tests.proctoring.pieces import facts, keep, recorded

pytestmark = pytest.mark.django_db
JPEG = base64.b64encode(picture_of(1)).decode()
PLAYLISTS = {
    "concat": b"ffconcat version 1.0\nfile /etc/hostname\n",
    "concat address": b"concat:/etc/hostname|/etc/passwd",
    "hls": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
    "sdp": b"v=0\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "html": b"<!doctype html><script>alert(1)</script>",
    "avi": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(400),
}


@pytest.mark.parametrize(
    "frame",
    [
        JPEG[:76] + "\n" + JPEG[76:],
        JPEG.replace("/", "_").replace("+", "-"),
        JPEG.rstrip("=") + "===",
        JPEG + "A",
        "data:text/html;base64," + JPEG,
        " " + JPEG,
        7,
        None,
        {"jpeg": JPEG},
    ],
    ids=["newline", "url-safe", "padding", "one too many", "type", "blank", "number", "nothing", "object"],
)
def test_75_base64_is_read_in_one_spelling(frame: Any) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_analyse_message(json.dumps({"type": "frame", "frame": frame}))
    assert (refused.value.code, refused.value.message) == (
        "bad_field",
        "frame must be a JPEG picture in base64.",
    )


@pytest.mark.parametrize(
    "message",
    [
        {"type": "dismiss_flag", "flag": "1"},
        {"type": "end_exam"},
        {"type": "signal", "kind": "begin", "session": "1"},
        {"type": "look", "session": "1"},
        {"type": "room.hint", "message": {}},
        {"type": "chat.message", "text": "x"},
    ],
)
def test_55_and_57_a_candidate_commands_nothing_and_names_no_inner_message(message: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(json.dumps(message))
    assert refused.value.code in ("unknown_type", "bad_field")


@pytest.mark.parametrize(
    "detail", [{"face_count": 1}, {"duration_ms": True}, {"length": 1.5}, {"number": "7"}]
)
def test_60_a_page_says_nothing_of_what_the_server_measures(detail: dict[str, Any]) -> None:
    told = {"stream": "browser", "seq": 1, "t": 1, "ev": "copy", "n": 1, "detail": detail}
    with pytest.raises(ProtocolError) as refused:
        protocol.parse_room_message(json.dumps({"type": "events", "events": [told]}))
    assert (refused.value.code, refused.value.ref) == ("bad_field", 1)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("content_type", ["video/webm", "video/mp4"])
def test_76_a_playlist_is_no_piece_of_video(name: str, content_type: str) -> None:
    session = recorded()
    with pytest.raises(DomainError) as refused:
        keep(session, content=PLAYLISTS[name], content_type=content_type)
    assert refused.value.code == "piece_type"
    assert not Piece.objects.exists()


@pytest.mark.parametrize("name", PLAYLISTS)
def test_76_a_playlist_behind_a_true_beginning_opens_no_other_file(name: str, tmp_path: Path) -> None:
    """Past the look at the first bytes: what joins the pieces does not follow it either."""
    disguised = film(1000)[:40] + PLAYLISTS[name] * 20
    joined = join_pieces(
        pieces_of(tmp_path, (0, film(1000)), (1000, disguised), (2000, PLAYLISTS[name])),
        tmp_path / "whole.webm",
    )
    assert joined.problems == {Problem.UNREADABLE: 2}


@pytest.mark.parametrize(
    "name",
    ["../../x", "..\\..\\x", "x" * 300 + ".csv", "nul\x00.csv", "CON", "list.csv\r\nX-Evil: 1", "🦊.csv"],
)
def test_a_name_that_comes_with_a_file_is_not_used(name: str, alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    before = sorted(storages["default"].listdir("")[1]) if storages["default"].exists("") else []
    answer = alice.client.post(
        f"/exams/{exam.id}/candidates/import/",
        {"file": SimpleUploadedFile(name, b"external_id,name\r\n1,Ada\r\n", content_type="text/csv")},
    )
    assert answer.status_code == 302
    after = sorted(storages["default"].listdir("")[1]) if storages["default"].exists("") else []
    assert after == before
    with tenant_scope(alice.institution.id):
        assert list(Candidate.objects.values_list("name", flat=True)) == ["Ada"]


def packed() -> bytes:
    """A list of 20 MB in some kilobytes, beside a path that climbs."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/x", "x")
        archive.writestr("list.csv", "external_id,name\r\n" + "1,A\r\n" * 4_000_000)
    return target.getvalue()


def test_78_an_archive_is_no_list(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    answer = alice.client.post(
        f"/api/v1/exams/{exam.id}/candidates/import/", packed(), content_type="text/csv"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "list_refused")
    with tenant_scope(alice.institution.id):
        assert not Candidate.objects.exists()


@pytest.mark.production_only
@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("changed", ["longer", "another type", "another key", "another method"])
def test_80_a_signed_place_takes_what_it_was_signed_for_alone(changed: str) -> None:
    session, content = recorded(), film(1000)
    place = AtTheBucket().for_piece(session, facts(content))
    url, headers, method = place.url, dict(place.headers), "PUT"
    if changed == "longer":
        content += b"x"
    elif changed == "another type":
        headers["Content-Type"] = "text/html"
    elif changed == "another key":
        url = url.replace("webcam-", "screen-", 1)
    else:
        method = "DELETE"
    assert put(place.url, film(1000), dict(place.headers), "PUT") == 200
    assert put(url, content, headers, method) == 403
    assert not Piece.objects.exists()


def put(url: str, content: bytes, headers: dict[str, str], method: str) -> int:
    request = urllib.request.Request(url, data=content, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
