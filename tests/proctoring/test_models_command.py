"""`manage.py models`: files come from a local web server, whole and right or not at all."""

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command

from analysis.model_files import ModelFile, model_files
from proctoring.fetching import FetchFailed, fetch

CONTENT = b"the weights of a network" * 100
FILE = ModelFile(
    name="model.onnx",
    what="a test",
    licence="MIT",
    package_set="analysis",
    size_bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    address="https://models.example/model.onnx",
)


class Shelf(BaseHTTPRequestHandler):
    """Answers with what it was told, one answer a request, the last one for ever."""

    answers: ClassVar[list[tuple[int, bytes]]] = []
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[str]:
    Shelf.answers, Shelf.asked = [(200, CONTENT)], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/models"
    server.shutdown()
    server.server_close()
    thread.join()


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run(*arguments: str, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("models", *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_a_file_is_fetched_whole(mirror: str, tmp_path: Path) -> None:
    assert fetch(FILE, tmp_path / "new", mirror=mirror) == tmp_path / "new" / "model.onnx"
    assert files_in(tmp_path / "new") == {"model.onnx": CONTENT}
    assert Shelf.asked == ["/models/model.onnx"]


def test_a_server_in_trouble_is_asked_again(mirror: str, tmp_path: Path) -> None:
    Shelf.answers = [(503, b""), (200, CONTENT[:50]), (200, CONTENT)]
    reasons: list[str] = []
    fetch(FILE, tmp_path, mirror=mirror, pause_s=0, on_retry=reasons.append)
    assert files_in(tmp_path) == {"model.onnx": CONTENT}
    assert ["answered 503" in reasons[0], "after 50 of 2400 bytes" in reasons[1]] == [True, True]


@pytest.mark.parametrize(
    ("answer", "words", "asked"),
    [
        ((200, CONTENT[:-1] + b"x"), "is not the official file; nothing was kept", 1),
        ((200, CONTENT + b"more"), "is not the official file; nothing was kept", 1),
        ((404, b""), "answered 404", 1),
        ((500, b""), "answered 500", 3),
    ],
)
def test_anything_else_leaves_nothing(
    mirror: str, tmp_path: Path, answer: tuple[int, bytes], words: str, asked: int
) -> None:
    Shelf.answers = [answer]
    (tmp_path / "model.onnx").write_bytes(b"the old one")
    with pytest.raises(FetchFailed, match=words):
        fetch(FILE, tmp_path, mirror=mirror, pause_s=0)
    assert (files_in(tmp_path), len(Shelf.asked)) == ({"model.onnx": b"the old one"}, asked)


def test_without_a_network_it_says_so_in_a_line(tmp_path: Path) -> None:
    closed = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    closed.server_close()
    with pytest.raises(FetchFailed, match=r"could not be reached; is there a network\?") as failed:
        fetch(FILE, tmp_path, mirror=f"http://127.0.0.1:{closed.server_port}", pause_s=0)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("mirror", ["file:///etc", "ftp://models.example", "models"])
def test_only_web_servers_are_mirrors(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(FetchFailed, match="is no address of a web server"):
        fetch(FILE, tmp_path, mirror=mirror)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchFailed, match="cannot be written"):
        fetch(FILE, tmp_path / "file" / "models", mirror=mirror)


def test_install_fetches_what_is_missing_and_leaves_the_rest(
    mirror: str, tmp_path: Path, settings: Any, models_dir: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    yunet, other = model_files()[0], model_files()[3]
    (tmp_path / other.name).write_bytes(b"my own")
    Shelf.answers = [(200, (models_dir / yunet.name).read_bytes())]
    out, _ = run("install", yunet.name, other.name, mirror=mirror)
    assert out.splitlines() == [
        f"{yunet.name}: 0.2 MB, licence MIT",
        f"{other.name}: another file of this name, left as it is",
    ]
    assert yunet.state(tmp_path) == "official"
    assert run("install", yunet.name, mirror=mirror)[0] == f"{yunet.name}: here, left as it is\n"
    assert Shelf.asked == [f"/models/{yunet.name}"]


def test_install_says_which_files_failed(mirror: str, tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path
    Shelf.answers = [(404, b"")]
    with pytest.raises(CommandError, match="4 of 4 files are not installed"):
        run("install", mirror=mirror)
    assert sorted(Shelf.asked) == sorted(
        f"/models/{file.name}" for file in model_files() if file.package_set == "analysis"
    )
    with pytest.raises(CommandError, match=r"weights\.pt is not one of: face_detection"):
        run("install", "weights.pt")


def test_list_says_what_is_off_and_why(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path
    out, _ = run("list")
    lines = out.splitlines()
    assert "  faces: on" in lines
    assert "  objects: off, no yolo11n*.onnx in the models folder" in lines
    assert any(line.startswith("  objects_ultralytics: off, ") for line in lines)
    assert [line for line in lines if "yolo11n.pt: missing" in line] != []


def test_export_says_which_weights_it_misses(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path
    with pytest.raises(CommandError, match=r"no yolo11n\.pt in .* to export from: put it there, or fetch it"):
        run("export")
    (tmp_path / "yolo11n.pt").write_bytes(b"this is no model")
    refused = r"is not installed; it comes with|is not a model that ultralytics"
    with pytest.raises(CommandError, match=refused):
        run("export")
    with pytest.raises(CommandError, match="--size must be a multiple of 32"):
        run("export", size=500)


def test_a_mirror_does_not_weaken_the_hash(mirror: str, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="is not the official file"):
        fetch(replace(FILE, sha256="0" * 64), tmp_path, mirror=mirror, pause_s=0)
