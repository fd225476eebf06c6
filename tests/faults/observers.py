"""What looks at frames in place of the networks: sees by brightness, and can die or hang of a picture."""

import os
import signal
import threading

from analysis.baseline import Baseline
from analysis.frames import Frame
from analysis.observations import Observation
from tests.faults.pictures import HANGING_WIDTH_PX, POISON_WIDTH_PX
from tests.proctoring.fakes import GreyObserver


class FragileObserver(GreyObserver):
    """As many faces as the picture is bright; of two sizes of picture no worker comes back."""

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation:
        if frame.width_px == POISON_WIDTH_PX:
            os.kill(os.getpid(), signal.SIGSEGV)
        if frame.width_px == HANGING_WIDTH_PX:
            threading.Event().wait()
        return super().observe(frame, baseline)


def by_brightness() -> FragileObserver:
    return FragileObserver()
