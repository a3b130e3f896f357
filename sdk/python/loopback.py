"""A loopback server that answers as a test tells it, and a client whose sleeping moves its own clock and nothing else."""

import json
import pathlib
import socketserver
import threading
from collections import namedtuple
from http.server import BaseHTTPRequestHandler

from holdpoint import Holdpoint, digest_of

HERE = pathlib.Path(__file__).parent
CORPUS = json.loads((HERE.parent / "odd-answers.json").read_text("utf-8"))
ACTION = CORPUS["action"]
DIGEST = digest_of(ACTION)
START = 1780315200.0  # 2026-06-01T12:00:00Z


def fill(text):
    return text.replace("{{digest}}", DIGEST).replace("{{DIGEST}}", DIGEST.upper()).replace("{{HEX}}", DIGEST[7:])


GOOD = json.loads(fill(json.dumps(CORPUS["good"])))
HELD = {**GOOD, "status": "held", "decision": None, "next_action": "wait", "execute_by": None,
        "hold": {"id": "hld_1", "url": "http://localhost/approvals/hld_1"}}
DENIED = {**GOOD, "status": "rejected", "next_action": "revise", "execute_by": None, "executable_digest": None,
          "decision": {"verdict": "deny", "by": "human", "code": "hold.rejected", "reason": "not\n this\u202e one"}}
HANG_UP = None
Seen = namedtuple("Seen", "method path key prefer body")


def reply(status, body, kind="application/json", **headers):
    return status, kind, body if isinstance(body, str) else json.dumps(body), headers


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Against:
    """`answer(n, seen)` returns a `reply`, or HANG_UP."""

    def __init__(self, answer, port=0, seen=None, **options):
        self.seen, self.slept, self.now = [] if seen is None else seen, [], START
        answering = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
                given = self.headers
                one = Seen(self.command, self.path, given.get("Idempotency-Key"), given.get("Prefer"), body)
                answering.seen.append(one)
                told = answer(len(answering.seen), one)
                self.close_connection = True
                if told is HANG_UP:
                    return
                status, kind, text, headers = told
                data = b"" if status in (204, 205, 304) else text.encode("utf-8")
                self.send_response_only(status)
                for name, value in {"Content-Type": kind, "Location": "/else", **headers}.items():
                    if value:
                        self.send_header(name.replace("_", "-"), value)
                if "Content_Length" not in headers:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = serve

            def log_message(self, *_):
                return

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.client = Holdpoint(**{"url": f"http://127.0.0.1:{self.port}", "key": "hp_test", "sleep": self._sleep,
                                   "now": lambda: self.now, **options})

    def _sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
