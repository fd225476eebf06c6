"""Names of cameras: programs are named, real cameras are not."""

import pytest

from analysis.virtual_camera import virtual_camera


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
