"""What a certificate of erasure promises of what it does not reach."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from privacy.certificates import certificate

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize("days", [7, 30])
def test_it_says_how_long_this_installations_backups_live(days: int, settings: Settings) -> None:
    settings.BACKUP_DAYS = days
    told = certificate(
        request_id="1",
        institution="North",
        subject="2",
        asked_at=AT,
        erased_at=AT,
        keys_destroyed=0,
        found=(),
    )
    (backups,) = [one["why"] for one in told["stays"] if one["what"] == "backups"]
    assert f"until they are overwritten, after {days} days:" in backups
