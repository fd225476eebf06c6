"""How many candidates one core carries at a frame a second, with everything switched on: a closed loop.

The recording is sat by several candidates, each at another place of it, as fast as one core goes: once by
the analysis alone at fixed intervals, and once on a worker's whole road, with its database and with every
close look that `analysis.inspecting` finds due. Everybody's second of sound is heard in one batch, as large
as a worker's is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.utils import timezone

from accounts.services import register_institution
from accounts.tenancy import tenant_scope
from analysis.audio.track import sound_windows
from analysis.audio.windows import ListeningState, listen_together, window_of_pcm
from analysis.baseline import Baseline
from analysis.detectors.embedding import FaceEmbeddings
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.voice import SileroVad
from analysis.frames import Frame, open_frame
from analysis.objects import find_objects
from analysis.observations import Observation
from analysis.pipeline import Pipeline
from exams.models import Session
from proctoring import analysing, hearing_batches, inspecting_batches, parking, services
from proctoring.hearing_batches import Order as SoundOrder
from proctoring.inspecting_batches import Order
from proctoring.services import checking
from tests.bench.costs import Meter, one_core
from tests.bench.frame_path import camera_check, clip_jpegs
from tests.bench.hearing import pcm_of
from tests.factories import make_exam
from tests.proctoring.sittings import make_checking

CANDIDATES = 8
"""As many as a batch of sound holds (`AUDIO_BATCH_SIZE`)."""
SECONDS = 60
WARM_UP_S = 5
OBJECTS_EVERY_S = 5
IDENTITY_EVERY_S = 25
LOAD = 0.7
"""A core that is busier than this lets frames wait."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of work takes of a candidate's second, in processor time."""

    each_second: float
    ms_each: float
    ms_a_second: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """`at_load` is how many candidates keep one core at 70 %."""

    candidates: int
    seconds: int
    shares: dict[str, Share]
    ms_a_second: float
    at_load: float


@dataclass(slots=True)
class Loop:
    """Meters of a closed loop, by the kind of work."""

    meters: dict[str, Meter] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Meter:
        return self.meters.setdefault(name, Meter())

    def capacity(self, candidates: int, seconds: int) -> Capacity:
        shares = {name: _share(meter, candidates * seconds) for name, meter in self.meters.items()}
        spent = sum(share.ms_a_second for share in shares.values())
        return Capacity(candidates, seconds, shares, round(spent, 1), round(1000 * LOAD / spent, 1))


OneFrame = Callable[[Loop, int, int], None]
"""Does what one candidate's picture of one second asks for: the loop, the second, the candidate's place."""
OneSound = Callable[[Loop, int], None]
"""Hears one second of all candidates: the loop, the second."""


def measure_analysis(clip: Path, models_dir: Path) -> Capacity:
    """The analysis alone: frames and sound every second, objects every 5 s, identity every 25 s."""
    jpegs, pcm = _recording(clip)
    with one_core():
        pipeline, listener = Pipeline(models_dir, threads=1), SileroVad(models_dir, threads=1)
        things, embeddings = OpenVinoObjects(), FaceEmbeddings()
        things.load(models_dir, 1)
        embeddings.load(models_dir, 1)
        baseline = camera_check(pipeline, jpegs)
        heard: list[ListeningState | None] = [None] * CANDIDATES

        def one_frame(loop: Loop, second: int, place: int) -> None:
            at = _at(second, place, len(jpegs))
            frame, seen = loop["frames"].time(lambda: _observed(pipeline, jpegs[at], baseline))
            if (second + place) % OBJECTS_EVERY_S == 0:
                loop["objects"].time(lambda: find_objects(things, frame.image, closely=False))
            if (second + place) % IDENTITY_EVERY_S == 0 and seen.faces:
                loop["identity"].time(lambda: embeddings.embed(frame.image, seen.faces[0].box_px))

        def one_sound(loop: Loop, second: int) -> None:
            sounds = _sounds(pcm, second, len(jpegs))
            windows = [window_of_pcm(sound, 1000 * second) for sound in sounds]
            listened = loop["sound"].time(lambda: listen_together(windows, listener, heard))
            heard[:] = [one.state for one in listened]

        return _run(one_frame, one_sound)


def measure_capacity(clip: Path, models_dir: Path) -> Capacity:
    """On the whole road: what workers do with a frame from the cache to the committed record."""
    jpegs, pcm = _recording(clip)
    owner = register_institution(
        name="Capacity", email="capacity@bench.example", password="correct horse battery"
    )
    with one_core(), tenant_scope(str(owner.institution_id)):
        observer = analysing.configured_observer()
        baseline = camera_check(Pipeline(models_dir, threads=1), jpegs)
        sessions = [_seated(baseline) for _ in range(CANDIDATES)]

        def one_frame(loop: Loop, second: int, place: int) -> None:
            at = _at(second, place, len(jpegs))
            _on_the_road(loop, sessions[place], second, jpegs[at], observer)

        def one_sound(loop: Loop, second: int) -> None:
            sounds = _sounds(pcm, second, len(jpegs))
            orders = [
                _parked(session, second, sound) for session, sound in zip(sessions, sounds, strict=True)
            ]
            loop["sound"].time(lambda: hearing_batches.hear(orders))

        return _run(one_frame, one_sound)


def _recording(clip: Path) -> tuple[list[bytes], list[bytes]]:
    jpegs = clip_jpegs(clip, SECONDS, samples_per_s=1.0)
    return jpegs, [pcm_of(window) for window in islice(sound_windows(clip), SECONDS)]


def _at(second: int, place: int, length: int) -> int:
    """Each candidate sits at another place of the recording."""
    return (second + place * length // CANDIDATES) % length


def _sounds(pcm: list[bytes], second: int, length: int) -> list[bytes]:
    return [pcm[_at(second, place, length) % len(pcm)] for place in range(CANDIDATES)]


def _run(one_frame: OneFrame, one_sound: OneSound) -> Capacity:
    warming, counted = Loop(), Loop()
    for second in range(WARM_UP_S + SECONDS):
        loop = warming if second < WARM_UP_S else counted
        for place in range(CANDIDATES):
            one_frame(loop, second, place)
        one_sound(loop, second)
    return counted.capacity(CANDIDATES, SECONDS)


def _share(meter: Meter, candidate_seconds: int) -> Share:
    calls = len(meter.processor_ms)
    return Share(
        round(calls / candidate_seconds, 3),
        round(meter.total_ms / calls, 1),
        round(meter.total_ms / candidate_seconds, 2),
    )


def _observed(pipeline: Pipeline, jpeg: bytes, baseline: Baseline) -> tuple[Frame, Observation]:
    frame = open_frame(jpeg)
    return frame, pipeline.observe(frame, baseline)


def _seated(baseline: Baseline) -> Session:
    exam = make_exam(watch_objects=True, watch_identity=True, watch_audio=True)
    session = checking.finish_check(session=make_checking(exam), baseline=baseline)
    return services.start_session(session=session, device_info={})


def _on_the_road(
    loop: Loop, session: Session, second: int, jpeg: bytes, observer: analysing.Observer
) -> None:
    seq, t_ms = second + 1, 1000 * second
    # The loop runs faster than an exam: the session's clock is set to the second that is sat.
    Session.objects.filter(id=session.id).update(started_at=timezone.now() - timedelta(milliseconds=t_ms))
    key = parking.park(session.id, seq, jpeg)
    analysed = loop["frames"].time(
        lambda: analysing.analyse(session_id=session.id, seq=seq, t_ms=t_ms, observer=observer)
    )
    if analysed.inspect_at_ms is not None:
        order = Order(
            institution_id=str(session.institution_id), session_id=session.id, seq=seq, t_ms=t_ms, key=key
        )
        loop["close looks"].time(lambda: inspecting_batches.inspect([order], observer))


def _parked(session: Session, second: int, pcm: bytes) -> SoundOrder:
    seq, institution = second + 1, str(session.institution_id)
    parking.park_sound(session.id, seq, pcm)
    return SoundOrder(institution_id=institution, session_id=session.id, seq=seq, t_ms=1000 * second)
