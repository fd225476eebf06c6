"""HTTP and sockets; a socket's Origin must be one of our hosts."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 - needs the apps loaded

from config.bodies import BodyLimit  # noqa: E402
from config.operations.door import Operations  # noqa: E402
from config.operations.lifespan import Lifespan  # noqa: E402
from config.pooling import share_connections  # noqa: E402
from proctoring.origins import OriginCheck  # noqa: E402
from proctoring.routing import socket_patterns  # noqa: E402

share_connections()
application = ProtocolTypeRouter(
    {
        "http": Operations(BodyLimit(http)),
        "websocket": OriginCheck(URLRouter(socket_patterns)),
        "lifespan": Lifespan(),
    }
)
