"""Refusals that the sockets turn into close codes and answers."""

from accounts.errors import Conflict


class OtherDevice(Conflict):
    """The session has been opened on another device since."""

    def __init__(self) -> None:
        super().__init__("other_device", "This exam has been opened on another device.")


class FrameNotWanted(Conflict):
    """The session's state takes no pictures."""
