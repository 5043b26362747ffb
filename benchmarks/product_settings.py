"""The product's settings, with limits that let few sockets send much."""

from config import settings as product

globals().update({name: value for name, value in vars(product).items() if name.isupper()})
#: 200 pairs in a closed loop send faster than people do. The limits still count every frame.
SOCKET_LIMITS = {
    **product.SOCKET_LIMITS,
    "frames": (100_000, 100_000),
    "messages": (100_000, 100_000),
    "before_hello_per_address": 20_000,
}
