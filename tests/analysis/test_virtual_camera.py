"""Names of cameras: programs are named, real cameras are not; and what else is unlike a webcam."""

from dataclasses import replace

import pytest

from analysis.virtual_camera import CameraFacts, camera_hints, virtual_camera


@pytest.mark.parametrize(
    ("label", "program"),
    [
        ("OBS Virtual Camera", "OBS"),
        ("OBS-Camera", "OBS"),
        ("obs virtual output (v4l2loopback)", "OBS"),
        ("ManyCam Virtual Webcam", "ManyCam"),
        ("Snap Camera", "Snap Camera"),
        ("XSplit VCam", "XSplit"),
        ("DroidCam Source 3", "DroidCam"),
        ("Iriun Webcam", "Iriun"),
        ("NDI Webcam Video 1", "NDI"),
        ("NewTek NDI Video", "NDI"),
        ("Dummy video device (0x0000)", "v4l2loopback"),
        ("Reincubate Camo", "Camo"),
        ("Unity Virtual Camera", "a virtual camera"),
    ],
)
def test_programs_are_named(label: str, program: str) -> None:
    assert virtual_camera(label) == program


@pytest.mark.parametrize(
    "label",
    [
        "",
        "FaceTime HD Camera (Built-in)",
        "Integrated Camera (13d3:56a6)",
        "Logitech HD Pro Webcam C920 (046d:082d)",
        "OBSBOT Tiny 4K (3564:fef3)",
        "Snapdragon Front Camera",
        "Microsoft® LifeCam HD-3000",
        "fake_device_0",
        "Candice's iPhone Camera",
        "Camouflage Cam",
        "x" * 10_000 + " virtual",
    ],
)
def test_real_cameras_are_not(label: str) -> None:
    assert virtual_camera(label) is None


PLAIN = CameraFacts(30, 640, 480, 30_000, 640, 480, 33_366, 900)


@pytest.mark.parametrize(
    ("changed", "hints"),
    [
        ({}, ()),
        ({"capabilities": 0}, ("it offers no settings to choose from",)),
        ({"width_px": 1920, "height_px": 1080}, ("its picture has another size than it says",)),
        ({"width_px": 480, "height_px": 640}, ()),
        ({"interval_us": 27_700}, ("it sends more pictures than it says",)),
        ({"interval_us": 27_800}, ()),
        ({"interval_us": 100_000}, ()),
        ({"interval_us": 0}, ()),
        ({"jitter_us": 100}, ("its pictures come more evenly than a camera's",)),
        ({"jitter_us": 101}, ()),
        (
            {"capabilities": 0, "jitter_us": 0},
            ("it offers no settings to choose from", "its pictures come more evenly than a camera's"),
        ),
    ],
)
def test_what_is_unlike_a_webcam(changed: dict[str, int], hints: tuple[str, ...]) -> None:
    assert camera_hints(replace(PLAIN, **changed)) == hints


def test_what_is_not_told_is_no_hint() -> None:
    assert camera_hints(CameraFacts()) == ()
    assert camera_hints(replace(PLAIN, told_width_px=None)) == ()
    assert CameraFacts.of({"capabilities": 0, "width_px": "wide", "other": 3}) == CameraFacts(capabilities=0)
