"""How a scenario, in whatever language, asks for a kill -9: `POST $HELIOGRAM_HARNESS/kill-and-restart`.

The answer is 200 and the content of the new ready file, which is also rewritten in place; or 409
and a sentence.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .server import Server, ServerFailed


class Restarts:
    """The HTTP port beside one server, for as long as the `with` block lasts."""

    def __init__(self, server: Server):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                if self.path != "/kill-and-restart":
                    return self._answer(404, {"error": f"no such path: {self.path}"})
                try:
                    self._answer(200, server.kill_and_restart())
                except ServerFailed as failure:
                    self._answer(409, {"error": str(failure)})

            def _answer(self, status: int, body: dict):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
