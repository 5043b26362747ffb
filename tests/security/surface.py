"""All that can be called: every route of the resolver, every command of a socket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|CREATE|DROP|ALTER|WITH\b.*?INSERT)", re.I | re.S
)


@dataclass(frozen=True)
class Route:
    """One line of the site map."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def methods(self) -> frozenset[str]:
        """What DRF says it accepts; empty for others."""
        return frozenset(map(str.upper, getattr(self.view, "actions", None) or {}))

    def path(self, **values: str) -> str:
        """An address of it; what is not named in `values` gets something of the right form."""

        def fill(found: re.Match[str]) -> str:
            return values.get(found[1] or found[2], "1")

        plain = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", fill, self.pattern)
        return "/" + plain.replace("^", "").replace("$", "")


def routes() -> list[Route]:
    return list(_walk(get_resolver(), (), ""))


def _walk(resolver: Any, spaces: tuple[str, ...], before: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, (*spaces, *filter(None, [each.namespace])), pattern)
        else:
            yield Route(":".join((*spaces, each.name or "")), pattern, each.callback)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that wrote something, as they were sent."""
    seen: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def facts_written(seen: list[str]) -> list[str]:
    """Less the counters of attempts, which a refusal may raise, and who has a page open."""
    idle = ("tickets_throttle", "livechat_lease", 'SET "online"')
    return [sql for sql in seen if not any(name in sql for name in idle)]
