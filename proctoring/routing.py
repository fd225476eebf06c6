"""Socket addresses."""

from django.urls import URLPattern, path, re_path

from proctoring.analyse_consumer import AnalyseConsumer
from proctoring.console_consumer import ConsoleConsumer
from proctoring.consumers import RoomConsumer
from proctoring.practice_consumer import PracticeConsumer
from proctoring.sockets import Nowhere

socket_patterns: list[URLPattern] = [
    path("ws/room/", RoomConsumer.as_asgi()),
    path("ws/console/", ConsoleConsumer.as_asgi()),
    path("ws/practice/", PracticeConsumer.as_asgi()),
    path("ws/analyse/", AnalyseConsumer.as_asgi()),
    re_path("", Nowhere.as_asgi()),
]
