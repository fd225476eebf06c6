"""What the description promises is what a running server answers: a short examination, twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.callers import Caller, registered
from tests.contract.examination import PATIENT, examine
from tests.contract.known import Ids, furnish
from tests.flows.server import serving

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]

SECONDS = 25


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[tuple[Caller, Caller], Ids]]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, models_dir=folder / "models", changes=PATIENT) as server:
        callers = registered(server.url)
        yield callers, furnish(*callers)


@pytest.mark.parametrize("number", [0, 1], ids=["owner", "key"])
def test_no_answer_breaks_the_description(
    served: tuple[tuple[Caller, Caller], Ids], number: int, tmp_path: Path
) -> None:
    callers, known = served
    status, words = examine(callers[number], tmp_path, known=known, seconds=SECONDS, seed=1)
    assert status == 0, words
    assert "Operations:       " in words
