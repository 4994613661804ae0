"""The endpoint of one OpenSearch domain: takes requests over TLS, refuses or forwards them; it keeps no documents.

AWS: the endpoint is reached with `https://`. Plain HTTP is answered on the same port, for what people try by hand.
"""

import contextlib
import http.client
import http.server
import json
import socket
import threading
import urllib.parse

from . import certificates, search_access

# Longer than SDKs keep idle connections.
_IDLE_SECONDS = 75
_TLS_HANDSHAKE = b"\x16"
# What concerns one connection only, and what the search engine need not know.
# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
_NOT_FORWARDED = frozenset({
    "authorization", "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer",
    "transfer-encoding", "upgrade", "x-amz-security-token"})


def start(engine_url, domain_arn, former_endpoint):
    """Serve a domain, on the port of its former endpoint if that is free."""
    port = int(former_endpoint.rpartition(":")[2] or 0)
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError:
        listener = socket.create_server(("127.0.0.1", 0))
    return Endpoint(listener, urllib.parse.urlsplit(engine_url).netloc, domain_arn)


class Endpoint:
    """A listener, and a thread for each of its connections."""

    def __init__(self, listener, engine, domain_arn):
        self.port = listener.getsockname()[1]
        self.engine = engine
        self.domain_arn = domain_arn
        self._listener = listener
        self._tls = certificates.server_context()
        self._is_closed = False
        threading.Thread(target=self._accept, daemon=True, name="opensearch").start()

    def close(self):
        """Release the port."""
        self._is_closed = True
        with contextlib.suppress(OSError):
            # Closing a listener does not wake a thread that accepts on it; a connection does.
            socket.create_connection(self._listener.getsockname(), timeout=1).close()

    def _accept(self):
        with self._listener:
            while not self._is_closed:
                with contextlib.suppress(OSError):
                    connection, address = self._listener.accept()
                    threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection, address):
        # A client that goes away, or does not trust the certificate, is no error.
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as open_sockets:
            open_sockets.callback(connection.close)
            connection.settimeout(_IDLE_SECONDS)
            if connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
                connection = self._tls.wrap_socket(connection, server_side=True)
                open_sockets.callback(connection.close)
            _Handler(connection, address, self)

    @property
    def is_closed(self):
        """Whether the domain was deleted."""
        return self._is_closed


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    _engine = None

    def log_message(self, format, *arguments):
        """Requests are not logged."""

    def finish(self):
        super().finish()
        if self._engine is not None:
            self._engine.close()

    def _relay(self):
        body = self._read_body()
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        refused = search_access.refusal(self.server.domain_arn, self.command, self.path, sent, body)
        if refused is not None:
            text = json.dumps(refused, separators=(",", ":"))
            return self._answer(403, [("Content-Type", "application/json")], text.encode())
        if self.server.is_closed:
            self.close_connection = True
            return None
        answer = self._forward(body)
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_FORWARDED]
        return self._answer(answer.status, headers, answer.read(), answer.getheader("Content-Length"))

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _relay

    def _forward(self, body):
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
        if self._engine is None:
            self._engine = http.client.HTTPConnection(self.server.engine, timeout=_IDLE_SECONDS)
        self._engine.request(self.command, self.path, body or None, headers)
        return self._engine.getresponse()

    def _answer(self, status, headers, body, length=None):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" and length else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)
