"""A web server in a thread that answers as a test says, for what no simulator would answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

Form = dict[str, list[str]]
Answer = Callable[[str, Form], tuple[int, str]]
"""Path and form to status and body."""


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """→ its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            self._respond(parse_qs(self.rfile.read(length).decode()))

        def log_message(self, *words: object) -> None:
            """Nobody reads it."""

        def _respond(self, form: Form) -> None:
            status, body = answer(self.path, form)
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
