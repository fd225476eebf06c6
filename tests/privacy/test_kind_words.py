"""Every kind that can be deleted has a name for people."""

import pytest

from privacy.inventory import FILES, ROWS, held_of
from privacy.kind_words import KINDS, in_words
from tests.tenancy_house import furnish


@pytest.mark.django_db
def test_whatever_is_held_of_a_sitting_has_words(scope: None) -> None:
    held = {thing.kind for thing in held_of(furnish().session)}
    listed = {kind for kind, _model, _path in (*FILES, *ROWS)}
    assert (held | listed) - set(KINDS) == set()


def test_counts_are_told_in_words() -> None:
    assert in_words({"flag": 2, "screen": 1}) == [("Flags", 2), ("Pictures of the screen", 1)]
