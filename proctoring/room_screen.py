"""The part of a room's socket that takes pictures of the screen: nobody waits for an answer to one."""

from proctoring.protocol import CloseCode
from proctoring.screen_protocol import ScreenMessage
from proctoring.services import screens
from proctoring.services.errors import OtherDevice
from proctoring.sockets import Socket, in_database


async def take_screen(socket: Socket, message: ScreenMessage) -> None:
    try:
        await in_database(screens.take, room=socket.entered(), screen=message)
    except OtherDevice:
        await socket.shut(CloseCode.OTHER_DEVICE)
