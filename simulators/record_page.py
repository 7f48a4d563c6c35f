"""A record as a plain page for a browser, where the true cloud has its user interface. It needs no
login: whoever reaches a simulator may read it.
"""

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"}


def record_page(title: str, fields: Iterable[tuple[str, object]]) -> HTMLResponse:
    """Names of fields beside their values; those without one are left out."""
    rows = "".join(
        f"<tr><th scope='row' align='left'>{escape(name)}</th><td>{escape(str(value))}</td></tr>\n"
        for name, value in fields
        if value not in (None, "")
    )
    return _page(title, f"<table>\n{rows}</table>")


def no_record_page(words: str) -> HTMLResponse:
    """404."""
    return _page("Record not found", f"<p>{escape(words)}</p>", 404)


def _page(title: str, content: str, status: int = 200) -> HTMLResponse:
    head = (
        "<meta charset='utf-8'><meta name='color-scheme' content='light dark'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)}</title>"
    )
    body = f"<h1>{escape(title)}</h1>\n{content}"
    html = f"<!doctype html>\n<html lang='en'><head>{head}</head>\n<body>{body}</body></html>\n"
    return HTMLResponse(html, status, _HEADERS)
