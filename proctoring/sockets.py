"""What both sockets share: a first message within 10 s, the scope, limits, errors as answers, a pulse."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from accounts import tickets
from accounts.errors import DomainError
from accounts.outages import is_outage
from accounts.tenancy import enter_scope
from accounts.tickets import Ticket
from proctoring import doorway, draining, figures, live
from proctoring.inflight import Bucket
from proctoring.protocol import CloseCode
from proctoring.wire import ProtocolError

HELLO_WITHIN_S = 10.0
PING_EVERY_S = 20.0
SILENT_FOR_S = 60.0
SENT_WITHIN_S = 10.0
BURST_MESSAGES = 60
MESSAGES_PER_S = 20
MOST_REFUSALS = 50
LOOK_AGAIN_S = 0.05

logger = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


async def in_database(
    work: Callable[Arguments, Answer], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Answer:
    """Run blocking work in a thread; the event loop serves everybody and never waits."""
    answer: Answer = await database_sync_to_async(work, thread_sensitive=False)(*args, **kwargs)
    return answer


def _note(error: BaseException, what: str) -> None:
    """A service that is away says so in a line; a mistake of ours with where it was made."""
    if is_outage(error):
        logger.warning("%s: %s", what, type(error).__name__)
    else:
        logger.error(what, exc_info=error)


class Nowhere(AsyncWebsocketConsumer):  # type: ignore[misc]
    """An address that no socket has: refused in one word, and nothing fails."""

    async def connect(self) -> None:
        await self.close()


class Socket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A socket that says hello with a ticket before anything else."""

    ticket_kind: str
    closed = False
    welcomed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Held while a message is being answered.
        self.turn = asyncio.Lock()

    async def connect(self) -> None:
        live.attach_server_loop()
        self.ticket: Ticket | None = None
        self.refusals = 0
        self.heard_at_s = self._now_s()
        self.bucket = Bucket(burst=BURST_MESSAGES, per_s=MESSAGES_PER_S, now_s=self.heard_at_s)
        self.tasks: set[asyncio.Task[None]] = set()
        self.at_the_door = doorway.DOOR.enter(doorway.address_of(self.scope))
        if not self.at_the_door:
            await self._turn_away()
            return
        self.tasks.add(asyncio.create_task(self._expect_hello()))
        await self.accept()
        if draining.is_draining():
            await self.shut(CloseCode.RESTART)
            return
        draining.opened(self)
        figures.SOCKETS.labels(self.ticket_kind).inc()
        if self.scope.get("query_string"):
            # A ticket in an address ends up in logs; whoever puts one there must notice.
            await self.shut(CloseCode.BAD_REQUEST)

    async def disconnect(self, code: int) -> None:
        self.closed = True
        self._leave_the_door()
        if draining.gone(self):
            figures.SOCKETS.labels(self.ticket_kind).dec()
        for task in self.tasks:
            task.cancel()
        try:
            await self.left()
        except Exception as error:
            # Whatever fails here, the consumer has to end.
            _note(error, "a socket could not give back what it held")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closed:
            return
        self.heard_at_s = self._now_s()
        if not self.bucket.take(self.heard_at_s):
            await self.shut(CloseCode.FLOOD)
        elif text_data is not None:
            await self.take_text(text_data)
        else:
            await self.take_bytes(bytes_data or b"")

    async def dispatch(self, message: dict[str, Any]) -> None:
        """One bad message or one failing handler is answered; it never takes the socket down."""
        async with self.turn:
            await self._answer_for(message)

    async def _answer_for(self, message: dict[str, Any]) -> None:
        try:
            # Channels' own would look for stale connections in the one thread that all sockets share.
            await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            raise
        except ProtocolError as error:
            await self.refuse(error.code, error.message, error.ref)
            await self.count_refusal()
        except DomainError as error:
            await self.refuse(error.code, error.message, None)
        except Exception as error:
            _note(error, "a socket message failed")
            if self.ticket is not None and not self.welcomed:
                # Half in is nowhere: the other side comes again with a new ticket.
                await self.shut(CloseCode.RESTART)
            await self.apologise()

    async def take_text(self, text: str) -> None:
        raise ProtocolError("unknown_type", "This socket takes no text messages.")

    async def take_bytes(self, data: bytes) -> None:
        raise ProtocolError("unknown_type", "This socket takes no binary messages.")

    async def may_stay(self) -> bool:
        """Asked with every beat: what opened the socket may have been taken away since."""
        return True

    async def stays(self, allowed: Callable[[], Awaitable[bool]]) -> bool:
        """While nobody can say whether a socket may stay it does, and is asked about again."""
        try:
            return await allowed()
        except Exception as error:
            _note(error, "nobody could say whether a socket may stay")
            return True

    async def left(self) -> None:
        """The socket is gone; what it held is given back."""

    def owes_an_answer(self) -> bool:
        """Whether something is being looked at whose outcome the other side waits for."""
        return False

    async def go_elsewhere(self, *, within_s: float) -> None:
        """The process ends: what has come is answered, and the page comes back to another one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self.owes_an_answer():
                    await asyncio.sleep(LOOK_AGAIN_S)
                async with self.turn:
                    await self.shut(CloseCode.RESTART)
        await self.shut(CloseCode.RESTART)

    async def redeem(self, secret: str) -> Ticket | None:
        """The ticket, once; a socket without one is closed."""
        if self.ticket is not None:
            raise ProtocolError("hello_again", "This socket has said hello already.")
        ticket = await in_database(tickets.redeem, secret)
        if ticket is None or ticket.kind != self.ticket_kind:
            await self.shut(CloseCode.TICKET)
            return None
        enter_scope(ticket.institution_uuid)
        self.ticket = ticket
        self._leave_the_door()
        self.keep(self._beat())
        return ticket

    def keep(self, work: Any) -> None:
        """Run beside the socket's messages, and stop with it."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _note(error, "what ran beside a socket failed")

    async def tell(self, message: dict[str, Any]) -> None:
        if self.closed:
            return
        try:
            async with asyncio.timeout(SENT_WITHIN_S):
                await self.send(text_data=json.dumps(message))
        except TimeoutError:
            await self.shut(CloseCode.TOO_SLOW)
        except Exception as error:
            # The other side went away in the middle; its disconnect follows.
            logger.info("a socket was gone: %s", error)

    async def welcome(self, **content: Any) -> None:
        self.welcomed = True
        await self.tell({"type": "welcome", "server_time": timezone.now().isoformat(), **content})

    async def refuse(self, code: str, words: str, ref: int | None) -> None:
        await self.tell({"type": "error", "code": code, "message": words, "ref": ref})

    async def apologise(self) -> None:
        await self.refuse("server_error", "Something broke on our side. Nothing you sent is lost.", None)

    async def count_refusal(self) -> None:
        """Messages that no honest page sends add up; one that comes at the wrong moment does not."""
        self.refusals += 1
        if self.refusals >= MOST_REFUSALS:
            await self.shut(CloseCode.BAD_REQUEST)

    async def shut(self, code: CloseCode) -> None:
        if not self.closed:
            self.closed = True
            await self.close(code=int(code))

    def _leave_the_door(self) -> None:
        if self.at_the_door:
            self.at_the_door = False
            doorway.DOOR.leave(doorway.address_of(self.scope))

    async def _turn_away(self) -> None:
        """Said as HTTP says it where the server can; 403 where it cannot."""
        self.closed = True
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            await self.close()
            return
        headers = [(b"retry-after", str(doorway.AGAIN_AFTER_S).encode()), (b"content-type", b"text/plain")]
        await self.base_send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
        words = b"Too many connections of this address have not said whose they are."
        await self.base_send({"type": "websocket.http.response.body", "body": words})

    async def _expect_hello(self) -> None:
        await asyncio.sleep(HELLO_WITHIN_S)
        if self.ticket is None:
            await self.shut(CloseCode.TOO_SLOW)

    async def _beat(self) -> None:
        while not self.closed:
            await asyncio.sleep(PING_EVERY_S)
            if self._now_s() - self.heard_at_s > SILENT_FOR_S:
                await self.shut(CloseCode.TOO_SLOW)
            elif not await self.stays(self.may_stay):
                await self.shut(CloseCode.FORBIDDEN)
            else:
                await self.tell({"type": "ping"})

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()
