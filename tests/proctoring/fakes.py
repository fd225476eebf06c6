"""The edge of the unit tests: pictures that say what a detector would see in them."""

import threading
import uuid
from dataclasses import replace

import cv2
import numpy as np
from channels.layers import BaseChannelLayer

from accounts import tickets
from accounts.models import User
from accounts.tickets import Ticket
from analysis.baseline import Baseline
from analysis.frames import Frame
from analysis.observations import Box, Camera, Face, Observation
from exams.models import Session

STEP = 40
BROKEN = 6
STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def picture_of(faces: int) -> bytes:
    """A grey JPEG whose brightness says how many faces the fake observer sees; 6 makes it fail."""
    image = np.full((120, 160, 3), 10 + STEP * faces, dtype=np.uint8)
    written, jpeg = cv2.imencode(".jpg", image)
    assert written
    return bytes(jpeg)


class GreyObserver:
    """Sees as many faces as the picture is bright."""

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        faces = round((int(frame.image.mean()) - 10) / STEP)
        if faces == BROKEN:
            raise RuntimeError("this detector is broken")
        return seen(faces, against_baseline=baseline is not None)


def grey_observer() -> GreyObserver:
    return GreyObserver()


def seen(faces: int, *, against_baseline: bool = False, yaw_deg: float = 0.0) -> Observation:
    face = Face(
        box_px=Box(60, 30, 50, 60),
        score=0.95,
        quality=0.9,
        yaw_deg=yaw_deg,
        pitch_deg=0.0,
        roll_deg=0.0,
        ear=0.3,
        mesh_ear=0.3,
        rotation=STRAIGHT,
    )
    camera = Camera(state="ok", luma=120.0, contrast=40.0, sharpness=200.0, quality=0.9)
    return Observation(
        width_px=160,
        height_px=120,
        camera=camera,
        faces=tuple(replace(face) for _ in range(faces)),
        face_count=faces,
        against_baseline=against_baseline,
    )


def seat_ticket(session: Session, device_key: str | None = None) -> str:
    return tickets.issue(
        Ticket(
            kind="seat",
            institution_id=str(session.institution_id),
            holder_id=str(session.id),
            device_key=session.device_key if device_key is None else device_key,
        )
    )


def member_ticket(user_id: uuid.UUID, institution_id: uuid.UUID) -> str:
    """For whoever the person is by now, as a program with a token would get it."""
    stamp = User.objects.values_list("access_stamp", flat=True).get(id=user_id)
    ticket = Ticket("member", str(institution_id), str(user_id), access_stamp=str(stamp))
    return tickets.issue(ticket)


class StuckObserver(GreyObserver):
    """Looks at its picture until it is let go."""

    released = threading.Event()

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        self.released.wait(timeout=60)
        return super().observe(frame, baseline)


def stuck_observer() -> StuckObserver:
    return StuckObserver()


class BrokenLayer(BaseChannelLayer):  # type: ignore[misc]
    """A channel layer whose server is gone."""

    async def send(self, channel: str, message: dict[str, object]) -> None:
        raise ConnectionError("the layer is down")

    async def group_send(self, group: str, message: dict[str, object]) -> None:
        raise ConnectionError("the layer is down")
