"""Scripts and styles go over the line in the smallest form that a browser takes."""

import gzip

import brotli
import pytest
from django.conf import settings
from django.test import Client

from tests.bench.page_weight import DIST

pytestmark = [
    pytest.mark.embedded_only,
    pytest.mark.skipif(not DIST.is_dir(), reason="the front end is not built: run `make front-end`"),
]
SCRIPT = "early_theme.js"


PACKED = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_script_comes_compressed(client: Client, encoding: str) -> None:
    answer = client.get(f"{settings.STATIC_URL}dist/{SCRIPT}", headers={"accept-encoding": encoding})
    assert PACKED[encoding](b"".join(answer)) == (DIST / SCRIPT).read_bytes()
    assert (answer["Content-Encoding"], answer["Vary"]) == (encoding, "Accept-Encoding")


def test_who_takes_no_compression_gets_the_plain_one(client: Client) -> None:
    answer = client.get(f"{settings.STATIC_URL}dist/{SCRIPT}")
    assert b"".join(answer) == (DIST / SCRIPT).read_bytes()
    assert "Content-Encoding" not in answer
