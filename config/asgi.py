"""HTTP and websocket entry."""

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

# WhiteNoise streams files in threads; a browser asks for each of them once in ten years.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  # after the apps are loaded

from config.bodies import BoundedBodies  # noqa: E402
from livechat.consumers.process import process  # noqa: E402
from livechat.routing import websocket_application  # noqa: E402

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def lifespan(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Start and stop what serves the sockets. Without lifespan the first socket starts it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            process.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await process.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {
        "http": BoundedBodies(django_application),
        "websocket": websocket_application,
        "lifespan": lifespan,
    }
)
