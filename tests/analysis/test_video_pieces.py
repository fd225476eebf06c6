"""Pieces of video become one file that can be searched; what cannot be read is left out and counted."""

from pathlib import Path

import av
import pytest

from analysis.video_pieces import Joined, NothingToJoin, PieceFile, Problem, Span, join_pieces
from tests.film_pieces import film


def pieces_of(folder: Path, *contents: tuple[int, bytes]) -> list[PieceFile]:
    made = []
    for number, (t_ms, content) in enumerate(contents):
        path = folder / f"{number}.piece"
        path.write_bytes(content)
        made.append(PieceFile(path, t_ms))
    return made


def lights(path: Path) -> list[tuple[int, int]]:
    """(time, mean light) of every picture of the file."""
    with av.open(str(path)) as container:
        pictures = container.decode(video=0)
        return [(round(one.time * 1000), round(one.to_ndarray(format="gray").mean())) for one in pictures]


def test_pieces_follow_each_other_without_a_hole(tmp_path: Path) -> None:
    pieces = pieces_of(tmp_path, (5000, film(1000)), (6030, film(1000, light=120)), (60_000, film(500)))
    told: list[int] = []
    joined = join_pieces(pieces, tmp_path / "whole.webm", on_piece=told.append)
    assert joined == Joined(
        spans=(Span(5000, 6000, 0), Span(6030, 7030, 1000), Span(60_000, 60_500, 2000)),
        duration_ms=2500,
        content_type="video/webm",
        problems={},
    )
    assert told == [1, 2, 3]
    seen = lights(tmp_path / "whole.webm")
    assert [t_ms for t_ms, _light in seen] == list(range(0, 2500, 100))
    assert seen[10][1] - seen[9][1] > 40


def test_the_file_says_how_long_it_is_and_can_be_searched(tmp_path: Path) -> None:
    pieces = pieces_of(tmp_path, *((number * 1000, film(1000)) for number in range(8)))
    join_pieces(pieces, tmp_path / "whole.webm")
    with av.open(str(tmp_path / "whole.webm")) as container:
        assert container.duration == 8_000_000
        container.seek(6_000_000)
        found = next(container.decode(video=0))
        assert found.time == 6.0
    # The table of places stands before the pictures: a player need not fetch the end first.
    start = (tmp_path / "whole.webm").read_bytes()[:1000]
    assert b"\x1c\x53\xbb\x6b" in start


def test_silence_takes_the_place_of_missing_sound(tmp_path: Path) -> None:
    pieces = pieces_of(tmp_path, (0, film(1000)), (1000, film(1000, sound=True)), (2000, film(1000)))
    joined = join_pieces(pieces, tmp_path / "whole.webm")
    with av.open(str(tmp_path / "whole.webm")) as container:
        heard_ms = sum(frame.samples for frame in container.decode(audio=0)) / 48
    assert heard_ms == pytest.approx(joined.duration_ms, abs=60)
    assert joined.duration_ms == pytest.approx(3000, abs=60)


@pytest.mark.parametrize(
    "bad", [b"", b"garbage" * 500, film(1000)[:60], b"\x1a\x45\xdf\xa3" + b"\0" * 4000, b"ftyp" * 99]
)
def test_what_is_no_video_is_left_out_and_counted(tmp_path: Path, bad: bytes) -> None:
    pieces = pieces_of(tmp_path, (0, film(1000)), (1000, bad), (2000, film(1000)))
    joined = join_pieces(pieces, tmp_path / "whole.webm")
    assert joined.problems == {Problem.UNREADABLE: 1}
    assert joined.spans == (Span(0, 1000, 0), Span(2000, 3000, 1000))


def test_a_piece_that_breaks_off_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = film(3000)
    pieces = pieces_of(tmp_path, (0, whole[: len(whole) // 2]), (3000, film(1000)))
    joined = join_pieces(pieces, tmp_path / "whole.webm")
    assert joined.problems == {}
    assert 0 < joined.spans[0].end_ms < 3000
    assert joined.spans[1] == Span(3000, 4000, joined.spans[0].end_ms)


def test_the_format_of_most_pieces_decides(tmp_path: Path) -> None:
    pieces = pieces_of(tmp_path, (0, film(1000, codec="libvpx-vp9")), (1000, film(1000)), (2000, film(1000)))
    joined = join_pieces(pieces, tmp_path / "whole.webm")
    assert (joined.problems, len(joined.spans)) == ({Problem.OTHER_FORMAT: 1}, 2)


def test_pieces_in_mp4_become_an_mp4(tmp_path: Path) -> None:
    mp4 = film(1000, codec="mpeg4", container="mp4")
    joined = join_pieces(pieces_of(tmp_path, (0, mp4), (1000, mp4)), tmp_path / "whole.mp4")
    assert (joined.content_type, joined.duration_ms) == ("video/mp4", 2000)
    assert len(lights(tmp_path / "whole.mp4")) == 20


def test_nothing_to_join_is_said(tmp_path: Path) -> None:
    with pytest.raises(NothingToJoin) as refused:
        join_pieces(pieces_of(tmp_path, (0, b"nothing")), tmp_path / "whole.webm")
    assert refused.value.problems == {Problem.UNREADABLE: 1}
    assert not (tmp_path / "whole.webm").exists()
