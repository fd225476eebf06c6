"""What the report says that its detectors can and cannot see."""

import io

from pypdf import PdfReader

from analysis.catalog import signal
from reports.pdf import report_pdf
from reports.reading import DETECTORS, PRINCIPLES
from tests.reports.contents import content


def test_every_detector_says_what_it_misses() -> None:
    assert [detector.name for detector in DETECTORS] == [
        signal("face_count").label,
        signal("looking_away").label,
        signal("off_screen").label,
        signal("eye_closure").label,
        signal("camera_blocked").label,
        signal("identity_score").label,
        signal("excessive_movement").label,
        signal("frozen").label,
        signal("looped").label,
        signal("speech").label,
        signal("second_voice").label,
        signal("lips_moving").label,
        "Browser events",
    ]
    assert all(detector.sees and detector.misses for detector in DETECTORS)


def test_all_of_it_is_printed() -> None:
    pages = PdfReader(io.BytesIO(report_pdf(content()))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in (*PRINCIPLES, *(part for one in DETECTORS for part in (one.sees, one.misses))):
        assert words in text
