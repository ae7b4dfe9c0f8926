"""A real web server on loopback, whose pages are functions of the request."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
CERTIFICATES = Path(__file__).parent / "certificates"


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes = b""
    method: str = "GET"


@dataclass
class Site:
    """pages: by path (without the query), what answers: (status, headers, body)."""

    pages: dict[str, Callable[[Request], tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    url: str = ""
    port: int = 0

    def page(self, path, body="", headers=None, status=200):
        """A page that is always the same."""
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = lambda request: (status, HTML if headers is None else headers, content)

    def paths(self):
        return [request.path for request in self.asked]


class Serving:
    """`with Serving() as site:` runs it; tls serves it under the certificate of `pages.test`."""

    def __init__(self, *, tls=False, host="127.0.0.1"):
        self.site = Site()
        self.server = ThreadingHTTPServer((host, 0), _handler(self.site))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that hang up are what some tests are about
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / "pages.test.pem")
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.site.port = self.server.server_address[1]
        self.site.url = f"http{'s' * tls}://{host}:{self.site.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self.thread.start()
        return self.site

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _handler(site):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.path, dict(self.headers), self.rfile.read(length), self.command)
            site.asked.append(request)
            answer = site.pages.get(self.path.partition("?")[0])
            status, headers, body = answer(request) if answer else (404, TEXT, b"nothing here")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in [body] if isinstance(body, bytes) else body:
                self.wfile.write(piece)

        do_POST = do_GET  # noqa: N815 (the name is the library's)

        def log_message(self, *_):
            pass

    return Handler
