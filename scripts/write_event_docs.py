"""Write docs/events.md and docs/asyncapi.json from the code; `check` only compares.

python -m scripts.write_event_docs          write
python -m scripts.write_event_docs check    exit 1 when they are stale
"""

from __future__ import annotations

import os
import sys
import typing
from pathlib import Path

import django
import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from livechat import events, protocol  # noqa: E402  # after Django is set up

DOCS = Path(__file__).resolve().parent.parent / "docs"
INTRODUCTION = """# Frames and events

Made by `python -m scripts.write_event_docs` from `livechat/protocol/` and `livechat/events/`;
do not edit. How they work together: [delivery.md](delivery.md). The same as a machine reads it:
[asyncapi.json](asyncapi.json).

JSON, one object per text frame, at most {frame_bytes:,} bytes. `/ws/customer/` is for customers (a
signed token in `hello`), `/ws/console/` for agents (the session's cookie), `/ws/company/` for a
page without a chat (the company's id in `hello`): it hears `hours.changed` and `alerts.changed`,
with a customer's token `ticket.changed` of his own tickets too, and may do nothing but beat. Ids
are public ids.
"""


def type_of(model: type[BaseModel]) -> str:
    return str(typing.get_args(model.model_fields["type"].annotation)[0])


def table(models: typing.Iterable[type[BaseModel]]) -> str:
    lines = ["| frame | fields | meaning |", "| --- | --- | --- |"]
    for model in models:
        fields = ", ".join(
            f"`{name}`{'' if field.is_required() else '?'}"
            for name, field in model.model_fields.items()
            if name != "type"
        )
        meaning = " ".join((model.__doc__ or "").split())
        lines.append(f"| `{type_of(model)}` ({model.__name__}) | {fields} | {meaning} |")
    return "\n".join(lines)


def event_table() -> str:
    rows = [
        f"| `{event.__name__}` | {' '.join((event.__doc__ or '').split())} |"
        for event in events.Event.__subclasses__()
    ]
    return "\n".join(["| event | meaning |", "| --- | --- |", *rows])


def code_table() -> str:
    rows = [
        f"| `{code}` | {protocol.DETAILS.get(code, '')} "
        f"| {'no' if code in protocol.PASSING else 'yes'} |"
        for code in protocol.Code
    ]
    return "\n".join(["| code | says | final |", "| --- | --- | --- |", *rows])


def markdown() -> str:
    sections = [
        INTRODUCTION.format(frame_bytes=protocol.FRAME_BYTES).strip(),
        "## What a page may send",
        table(protocol.COMMANDS),
        "## What the server sends",
        table(protocol.FRAMES),
        "## Events inside the server",
        "Each names its hearers; who hears what is tested per class.",
        event_table(),
        "## Refusals",
        "The same codes stand in `refused` frames and in the API's problem documents.",
        code_table(),
    ]
    return "\n\n".join(sections) + "\n"


def asyncapi() -> bytes:
    """An AsyncAPI 3.0 document of the socket."""
    models = [*protocol.COMMANDS, *protocol.FRAMES]
    mode: typing.Literal["validation"] = "validation"
    _, schemas = models_json_schema(
        [(model, mode) for model in models], ref_template="#/components/schemas/{model}"
    )
    messages = {
        model.__name__: {"payload": {"$ref": f"#/components/schemas/{model.__name__}"}}
        for model in models
    }
    channels = {
        name: {
            "address": f"/ws/{name}/",
            "messages": {m: {"$ref": f"#/components/messages/{m}"} for m in messages},
        }
        for name in ("customer", "console", "company")
    }
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Parley", "version": "1"},
        "channels": channels,
        "operations": {
            f"{verb}_{name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [
                    {"$ref": f"#/channels/{name}/messages/{model.__name__}"} for model in group
                ],
            }
            for name in channels
            for verb, action, group in (
                ("page_sends_to", "receive", protocol.COMMANDS),
                ("server_sends_to", "send", protocol.FRAMES),
            )
        },
        "components": {"messages": messages, "schemas": schemas.get("$defs", {})},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def papers() -> dict[Path, bytes]:
    return {DOCS / "events.md": markdown().encode(), DOCS / "asyncapi.json": asyncapi()}


def stale() -> list[str]:
    """The names of papers that do not say what the code says."""
    return [
        path.name
        for path, text in papers().items()
        if not path.exists() or path.read_bytes() != text
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(f"stale: {', '.join(stale())}" if stale() else 0)
    for path, text in papers().items():
        path.write_bytes(text)
