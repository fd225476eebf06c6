"""Fetches official model files: over a pinned address or a mirror, and only if every byte is right."""

import contextlib
import hashlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from analysis.model_files import CHUNK_BYTES, ModelFile

TRIES = 3
ANSWER_WITHIN_S = 30.0
PAUSE_S = 2.0
# Refused whatever is asked: these do not go away by asking again.
FINAL = frozenset({400, 401, 403, 404, 410, 451})


class FetchFailed(Exception):
    """A file that could not be fetched; the message is one line for people."""


def address_of(file: ModelFile, mirror: str | None) -> str:
    """Where the file is fetched from; a mirror holds all files in one folder, and the hash still decides."""
    if mirror is None:
        return file.address
    if urlsplit(mirror).scheme not in ("http", "https"):
        raise FetchFailed(f"{mirror} is no address of a web server; it begins with https:// or http://")
    return f"{mirror.rstrip('/')}/{quote(file.name)}"


def fetch(
    file: ModelFile,
    models_dir: Path,
    *,
    mirror: str | None = None,
    pause_s: float = PAUSE_S,
    on_retry: Callable[[str], None] = lambda reason: None,
) -> Path:
    """Put the file into the folder, whole or not at all."""
    address = address_of(file, mirror)
    part = models_dir / f".{file.name}.part"
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        _try_often(file, address, part, pause_s, on_retry)
        return part.replace(models_dir / file.name)
    except OSError as error:
        raise FetchFailed(f"{models_dir} cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _try_often(
    file: ModelFile, address: str, part: Path, pause_s: float, on_retry: Callable[[str], None]
) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            _download(file, address, part)
            return
        except urllib.error.HTTPError as error:
            reason = f"{_host(address)} answered {error.code} ({error.reason})"
            if error.code in FINAL or attempt == TRIES:
                raise FetchFailed(f"{file.name}: {reason}") from error
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            reason = f"{_host(address)} could not be reached; is there a network? ({_cause(error)})"
            if attempt == TRIES:
                raise FetchFailed(f"{file.name}: {reason}") from error
        on_retry(reason)
        time.sleep(pause_s * attempt)


def _download(file: ModelFile, address: str, part: Path) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": "invigil"})  # noqa: S310 - http(s) alone
    digest, size_bytes = hashlib.sha256(), 0
    with (
        urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer,  # noqa: S310
        part.open("wb") as target,
    ):
        while chunk := answer.read(CHUNK_BYTES):
            size_bytes += len(chunk)
            if size_bytes > file.size_bytes:
                break
            digest.update(chunk)
            target.write(chunk)
    if size_bytes < file.size_bytes:
        raise ConnectionError(f"the connection broke after {size_bytes} of {file.size_bytes} bytes")
    if size_bytes > file.size_bytes or digest.hexdigest() != file.sha256:
        raise FetchFailed(
            f"{file.name}: what {_host(address)} sent is not the official file; nothing was kept"
        )


def _host(address: str) -> str:
    return urlsplit(address).netloc


def _cause(error: Exception) -> str:
    return str(getattr(error, "reason", None) or str(error) or type(error).__name__)
