"""Socket addresses."""

from django.urls import URLPattern, path

from proctoring.consumers import ConsoleConsumer, RoomConsumer

socket_patterns: list[URLPattern] = [
    path("ws/room/", RoomConsumer.as_asgi()),
    path("ws/console/", ConsoleConsumer.as_asgi()),
]
