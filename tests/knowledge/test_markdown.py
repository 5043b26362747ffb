"""What Markdown becomes: HTML that is safe, and text that is read."""

import pytest

from knowledge.markdown import to_html, to_text


def test_it_is_drawn() -> None:
    made = to_html("# One\n\n1. **do** `this`\n\n| a |\n|---|\n| b |\n\n[x](https://a.example)")
    assert "<h2>One</h2>" in made
    assert "<li><strong>do</strong> <code>this</code></li>" in made
    assert "<td>b</td>" in made
    assert '<a href="https://a.example" rel="noopener noreferrer nofollow">x</a>' in made


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://a.example/x.png)",
        "<a href='vbscript:x'>x</a>",
        '<svg onload="alert(1)">',
        "<style>*{display:none}</style>",
        "<iframe src=//a.example></iframe>",
        "[a]: javascript:alert(1)\n\n[a]",
        "`<img src=x onerror=alert(1)>`",
    ],
)
def test_nothing_of_it_runs(source: str) -> None:
    made = to_html(source).lower()
    for sign in (
        "<script",
        "<img",
        "<svg",
        "<style",
        "<iframe",
        'href="javascript',
        'href="data',
        'href="vb',
    ):
        assert sign not in made


def test_its_text_has_no_signs() -> None:
    text = to_text(
        "# One\n\n1. **do** `this`\n2. [that](https://a.example)\n\n| a | b |\n|---|---|\n"
    )
    assert text.split("\n") == ["One", "do this", "that", "a", "b"]
