"""What a look at a picture tells: tiles, each thing once, people without a face."""

from collections.abc import Sequence

import numpy as np

from analysis.objects import (
    Found,
    Image,
    ObjectLabel,
    Sight,
    Tile,
    desk_tiles,
    find_in_all,
    find_objects,
    once_each,
    persons_without_face,
)
from analysis.observations import Box, Face

PICTURE = np.zeros((480, 640, 3), np.uint8)


def found(label: ObjectLabel, x: float, y: float, size: float = 40, score: float = 0.7) -> Found:
    return Found(label, Box(x, y, size, size), score)


def face(x: float, y: float) -> Face:
    return Face(Box(x, y, 40, 40), 0.9, 0.9)


class Answers:
    """A detector that was told what to see, picture by picture."""

    def __init__(self, *answers: list[Found]) -> None:
        self.answers = list(answers)
        self.shapes: list[tuple[int, ...]] = []

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        self.shapes = [image.shape for image in images]
        return self.answers


def test_the_desk_is_the_lower_half_in_two_parts_that_overlap() -> None:
    assert desk_tiles(640, 480) == (Tile(0, 240, 384, 240), Tile(256, 240, 384, 240))
    assert desk_tiles(161, 121) == (Tile(0, 60, 97, 61), Tile(64, 60, 97, 61))


def test_what_a_part_shows_is_placed_in_the_whole_picture() -> None:
    detector = Answers([], [found("phone", 10, 20)], [found("book", 10, 20)])
    assert find_objects(detector, PICTURE) == (found("book", 266, 260), found("phone", 10, 260))
    assert detector.shapes == [(480, 640, 3), (240, 384, 3), (240, 384, 3)]


def test_a_look_that_is_not_close_is_at_the_whole_picture_alone() -> None:
    detector = Answers([found("phone", 10, 20, score=0.3)])
    assert find_objects(detector, PICTURE, closely=False) == (found("phone", 10, 20, score=0.3),)
    assert detector.shapes == [(480, 640, 3)]


def test_several_pictures_are_shown_at_once_and_each_gets_its_own_things() -> None:
    detector = Answers(
        [found("phone", 10, 20)],
        [found("person", 5, 5, 200, 0.9)],
        [],
        [found("book", 10, 20)],
    )
    small = PICTURE[:240]
    assert find_in_all(detector, [Sight(small, closely=False), Sight(PICTURE, closely=True)]) == [
        (found("phone", 10, 20),),
        (found("person", 5, 5, 200, 0.9), found("book", 266, 260)),
    ]
    assert detector.shapes == [(240, 640, 3), (480, 640, 3), (240, 384, 3), (240, 384, 3)]


def test_parts_must_be_sure_and_count_no_people() -> None:
    detector = Answers([], [found("phone", 0, 0, score=0.59), found("person", 0, 0, score=0.9)], [])
    assert find_objects(detector, PICTURE) == ()


def test_a_thing_seen_twice_is_one_thing() -> None:
    whole, part = found("phone", 300, 300, 60, 0.4), found("phone", 304, 302, 40, 0.8)
    assert find_objects(Answers([whole], [], [found("phone", 48, 62, 40, 0.8)]), PICTURE) == (part,)


def test_what_is_a_phone_and_a_remote_is_the_surer_one() -> None:
    assert once_each([found("phone", 0, 0, score=0.4), found("remote", 2, 2, score=0.5)]) == (
        found("remote", 2, 2, score=0.5),
    )


def test_people_need_a_higher_score_and_may_stand_before_each_other() -> None:
    near, behind = found("person", 100, 100, 300, 0.9), found("person", 150, 150, 80, 0.5)
    assert once_each([near, behind, found("person", 500, 0, 50, 0.44)]) == (near, behind)


def test_somebody_who_shows_no_face_is_counted() -> None:
    candidate, other = found("person", 100, 100, 300), found("person", 450, 50, 150)
    assert persons_without_face([candidate, other], [face(200, 150)]) == 1
    assert persons_without_face([candidate, other], [face(200, 150), face(500, 80)]) == 0
    assert persons_without_face([candidate], [face(200, 150)]) == 0


def test_the_candidate_who_turns_away_is_not_somebody_else() -> None:
    candidate, other = found("person", 100, 100, 300), found("person", 450, 50, 150)
    assert persons_without_face([candidate], []) == 0
    assert persons_without_face([candidate, other], []) == 1
    assert persons_without_face([], []) == 0


def test_one_face_is_one_person_even_where_two_boxes_hold_it() -> None:
    candidate, behind = found("person", 100, 100, 300), found("person", 150, 120, 100)
    assert persons_without_face([candidate, behind], [face(180, 150)]) == 1
