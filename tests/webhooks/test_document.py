"""The check that docs/webhooks.md tells receivers to make, run as it stands there."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from webhooks.event_types import ALIASES
from webhooks.signing import key_of, new_secret, signature

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
BODY = b'{"type": "flag.raised"}'


@pytest.fixture
def is_genuine() -> Any:
    code = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names["is_genuine"]


def sent(secrets: list[str], age_s: int = 0) -> dict[str, str]:
    at_s = int(time.time()) - age_s
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(at_s),
        "webhook-signature": signature([key_of(secret) for secret in secrets], "evt_1", at_s, BODY),
    }


@pytest.mark.parametrize("secret", [new_secret(), "webhook_secret_key"])
def test_the_check_of_the_document(is_genuine: Any, secret: str) -> None:
    assert is_genuine(sent([secret]), BODY, secret)
    assert is_genuine(sent([new_secret(), secret]), BODY, secret)
    assert not is_genuine(sent([new_secret()]), BODY, secret)
    assert not is_genuine(sent([secret]), BODY + b" ", secret)
    assert not is_genuine(sent([secret], age_s=600), BODY, secret)


def test_the_document_names_what_is_set() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    pool = settings.JOB_POOLS["webhooks.deliver"]
    assert (
        f"of {pool['threads']} threads an endpoint gets {pool['of_a_group']} "
        f"and an institution {pool['of_an_institution']}"
    ) in text
    assert all(f"`{alias}`" in text for alias in ALIASES)
    assert [5, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))] == list(
        settings.WEBHOOK_RETRIES_S
    )
