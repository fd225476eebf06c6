"""A thing counts after three sightings in one place; what lay there at the camera check never does."""

from dataclasses import replace

import pytest

from analysis.objects import Found, ObjectLabel
from analysis.observations import Box, Camera
from analysis.tracking import Tracks, follow, object_signals, remember_desk
from tests.proctoring.fakes import seen


def found(label: ObjectLabel = "phone", x: float = 100, score: float = 0.7) -> Found:
    return Found(label, Box(x, 300, 40, 60), score)


def after(*looks: list[Found], every_ms: int = 2000, before: Tracks | None = None) -> Tracks:
    tracks = before or Tracks()
    for number, look in enumerate(looks):
        tracks = follow(tracks, look, number * every_ms)
    return tracks


def is_there(tracks: Tracks, label: ObjectLabel = "phone") -> bool:
    return bool(tracks.confirmed(label))


def test_three_sightings_in_one_place_count_and_two_do_not() -> None:
    assert is_there(after([found()], [found()])) is False
    assert is_there(after([found()], [found(x=108)], [found(x=116)])) is True


def test_the_usual_interval_is_short_enough_for_three_sightings() -> None:
    assert is_there(after([found()], [found()], [found()], every_ms=5000)) is True


def test_sightings_in_three_places_are_not_one_thing() -> None:
    assert is_there(after([found(x=0)], [found(x=100)], [found(x=200)])) is False


def test_sightings_longer_ago_than_ten_seconds_do_not_count() -> None:
    assert is_there(after([found()], [found()], [found()], every_ms=5001)) is False


def test_one_missed_look_splits_nothing_and_seldom_sightings_are_noise() -> None:
    assert is_there(after([found()], [found()], [], [found()])) is True
    assert is_there(after([found()], [], [found()], [], [], [found()])) is False


def test_a_thing_that_was_taken_away_is_gone_in_time() -> None:
    tracks = after([found()], [found()], [found()])
    tracks = after([], [], [], before=tracks)
    assert is_there(tracks) is False
    assert follow(tracks, [], 60_000).tracks == ()


def test_a_sighting_asks_for_another_look_until_it_is_settled() -> None:
    assert after([found()]).unconfirmed is True
    assert after([found()], []).unconfirmed is False
    assert after([found()], [found()], [found()]).unconfirmed is False
    assert after([found("person")]).unconfirmed is False


def test_what_was_on_the_desk_stays_out_of_it_in_its_place_only() -> None:
    desk = remember_desk(Tracks(), [found("book"), found("person")])
    assert desk.desk == (found("book"),)
    assert remember_desk(desk, [found("book", x=104)]).desk == (found("book"),)
    there = [found("book", x=104)]
    elsewhere = [found("book", x=300)]
    assert is_there(after(there, there, there, before=desk), "book") is False
    assert is_there(after(elsewhere, elsewhere, elsewhere, before=desk), "book") is True
    phone = [found("phone")]
    assert is_there(after(phone, phone, phone, before=desk)) is True


def test_the_signals_of_a_look() -> None:
    person = Found("person", Box(0, 0, 160, 120), 0.9)
    look = [found(), found("screen", x=400), person]
    assert object_signals(after(look, look, look), look, seen(1)) == {
        "phone": True,
        "book": False,
        "laptop": False,
        "second_screen": True,
        "remote": False,
        "persons": 1,
        "persons_without_face": 0,
    }


@pytest.mark.parametrize(("state", "quality"), [("covered", 0.9), ("ok", 0.2)])
def test_a_picture_that_shows_nothing_says_nothing(state: str, quality: float) -> None:
    camera = Camera(state=state, luma=20, contrast=2, sharpness=1, quality=quality)  # type: ignore[arg-type]
    told = object_signals(Tracks(), [], replace(seen(0), camera=camera))
    assert set(told.values()) == {None}


def test_people_without_a_face_are_unknown_where_faces_are() -> None:
    told = object_signals(Tracks(), [], replace(seen(0), face_count=None))
    assert (told["phone"], told["persons"], told["persons_without_face"]) == (False, 0, None)
