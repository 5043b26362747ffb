"""What these families share."""

from tests.security.fixtures import cell, lasting_world, sockets, world

__all__ = ["cell", "lasting_world", "sockets", "world"]
