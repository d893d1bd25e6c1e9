"""A site that only listens: it keeps what it was sent and answers as it was told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class SiteListener:
    def __init__(self):
        self.requests = []
        self.status = 204
        self.headers = {}
        self.may_answer = threading.Event()
        self.may_answer.set()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                received = (self.path, dict(self.headers), self.rfile.read(length))
                listener.requests.append(received)
                listener.may_answer.wait(30)
                self.send_response(listener.status)
                for name, value in listener.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def close(self):
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
