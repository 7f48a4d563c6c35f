"""Cookies of a service are not kept."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from app.transport import open_client, send


def test_a_malformed_cookie_does_not_spoil_the_next_request() -> None:
    heard: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Cookie"))
            self.send_response(204)
            self.send_header("Set-Cookie", "a=\xf1; Path=/")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Nobody reads it."""

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
        open_client(5.0, 2, None) as client,
    ):
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        answers = [send(client, "NetSuite", client.build_request("GET", url)) for _ in range(2)]
        server.shutdown()
        thread.join()

    assert [answer.status_code for answer in answers] == [204, 204]
    assert heard == [None, None]
