"""Nobody has two pieces of work in one round, and everybody's are done in their order."""

from proctoring.rounds import rounds


def test_the_second_piece_of_somebody_is_for_a_later_round() -> None:
    work = ["ann 1", "ann 2", "bob 1", "cem 1", "ann 3", "bob 2"]
    assert list(rounds(work, lambda piece: piece.split()[0])) == [
        ["ann 1", "bob 1", "cem 1"],
        ["ann 2", "bob 2"],
        ["ann 3"],
    ]


def test_without_work_there_is_no_round() -> None:
    assert list(rounds([], lambda piece: piece)) == []
