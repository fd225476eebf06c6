"""The two commands that need no browser: measurements of files, and the result of a log."""

import io
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.risk.library import load_policy
from analysis.risk.log import read_jsonl
from analysis.risk.result import replay
from tests.proctoring.fakes import STEP, picture_of

LOG = """\
{"stream":"video","seq":1,"t":0,"v":{"face_count":1}}
{"stream":"video","seq":2,"t":1000,"v":{"face_count":0}}
{"stream":"video","seq":3,"t":2000,"v":{"face_count":0}}
{"stream":"video","seq":4,"t":3000,"v":{"face_count":0}}
{"stream":"video","seq":5,"t":4000,"v":{"face_count":0}}
{"stream":"browser","seq":1,"t":4500,"ev":"tab_hidden"}
{"stream":"video","seq":6,"t":5000,"v":{"face_count":1}}
{"stream":"video","seq":7,"t":9000,"v":{"face_count":1}}
"""


def run(*arguments: str, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "two.jpg"
    path.write_bytes(picture_of(2))
    return path


@pytest.mark.usefixtures("fake_observer")
class TestAnalyse:
    def test_a_picture_is_one_line_without_a_time(self, picture: Path) -> None:
        out, err = run("analyse", str(picture), "--jsonl")
        face = {
            "box": [60, 30, 50, 60],
            "score": 0.95,
            "yaw": 0.0,
            "pitch": 0.0,
            "roll": 0.0,
            "ear": 0.3,
            "quality": 0.9,
        }
        assert json.loads(out) == {
            "file": str(picture),
            "t": None,
            "width": 160,
            "height": 120,
            "face_count": 2,
            "faces": [face, face],
            "camera": {
                "state": "ok",
                "luma": 120.0,
                "contrast": 40.0,
                "sharpness": 200.0,
                "quality": 0.9,
            },
            "unavailable": [],
        }
        assert err == ""

    def test_a_png_and_a_large_photo_are_read_too(self, tmp_path: Path) -> None:
        for name, size in (("a.png", (120, 160)), ("b.jpg", (1200, 2000))):
            cv2.imwrite(str(tmp_path / name), np.full((*size, 3), 10 + STEP, dtype=np.uint8))
        out, _err = run("analyse", str(tmp_path), "--jsonl")
        lines = [json.loads(line) for line in out.splitlines()]
        assert [(Path(line["file"]).name, line["face_count"]) for line in lines] == [
            ("a.png", 1),
            ("b.jpg", 1),
        ]

    def test_words_for_people(self, picture: Path) -> None:
        out, _err = run("analyse", str(picture))
        assert out == f"{picture}: 2 face(s), camera ok\n"

    def test_one_bad_file_is_named_and_the_others_are_done(self, picture: Path, tmp_path: Path) -> None:
        broken = tmp_path / "a.jpg"
        broken.write_bytes(picture_of(1)[:-30])
        out, err = io.StringIO(), io.StringIO()
        with pytest.raises(CommandError, match="1 of 2 files could not be analysed"):
            call_command("analyse", str(broken), str(picture), "--jsonl", stdout=out, stderr=err)
        assert err.getvalue().startswith(f"{broken}: ")
        assert err.getvalue().endswith("(frame_corrupt)\n")
        assert json.loads(out.getvalue())["file"] == str(picture)

    @pytest.mark.parametrize("name", ["missing.jpg", "notes.txt", "film.mp4"])
    def test_what_is_no_picture_is_refused_in_one_line(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        if name != "missing.jpg":
            path.write_text("neither picture nor film")
        err = io.StringIO()
        with pytest.raises(CommandError):
            call_command("analyse", str(path), "--jsonl", stderr=err)
        assert err.getvalue().count("\n") == 1
        assert name in err.getvalue()

    def test_an_empty_folder_and_a_wild_rate_are_refused(self, tmp_path: Path, picture: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(CommandError, match="no picture and no video"):
            run("analyse", str(tmp_path / "empty"))
        with pytest.raises(CommandError, match="--fps must lie between"):
            run("analyse", str(picture), "--fps", "nan")


class TestRisk:
    def test_the_result_is_the_engines(self, tmp_path: Path) -> None:
        path = tmp_path / "log.jsonl"
        path.write_text(LOG)
        out, _err = run("risk", "--policy", "default", str(path))
        result = json.loads(out)
        assert result == replay(read_jsonl(LOG), load_policy("default"), "log").to_json()
        assert [flag["rule"] for flag in result["flags"]] == ["NO_FACE", "TAB_HIDDEN"]

    @pytest.mark.parametrize(
        ("log", "words"),
        [
            ("{", "line 1: not JSON"),
            ('\n{"stream":"video","seq":-1,"t":0,"v":{}}', "line 2: seq must lie"),
            ('{"stream":"radio","seq":1,"t":0,"v":{}}', "stream must be one of"),
            ('{"stream":"video","seq":1,"t":0,"v":{"yaw":NaN}}', "NaN"),
        ],
    )
    def test_a_bad_log_names_the_line(self, tmp_path: Path, log: str, words: str) -> None:
        path = tmp_path / "log.jsonl"
        path.write_text(log)
        with pytest.raises(CommandError, match=words):
            run("risk", str(path))

    def test_files_and_policies_that_are_not_there(self, tmp_path: Path) -> None:
        log = tmp_path / "log.jsonl"
        log.write_text(LOG)
        with pytest.raises(CommandError, match="cannot be read"):
            run("risk", str(tmp_path / "none.jsonl"))
        with pytest.raises(CommandError, match="there is no policy 'none'"):
            run("risk", "--policy", "none", str(log))
        with pytest.raises(CommandError, match="must not be negative"):
            run("risk", str(log), "--end-ms", "-1")
        log.write_bytes(b"\xff\xfe{")
        with pytest.raises(CommandError, match="not UTF-8"):
            run("risk", str(log))
