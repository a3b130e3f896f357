import json
import pathlib
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from holdpoint import Denied, Holdpoint, Refused, Unavailable, canonical, digest_of

HERE = pathlib.Path(__file__).parent
CORPUS = json.loads((HERE.parent / "odd-answers.json").read_text("utf-8"))
VECTORS = json.loads((HERE.parent / "vectors.json").read_text("utf-8"))
ACTION = CORPUS["action"]


def fill(text):
    return text.replace("{{digest}}", digest_of(ACTION)).replace("{{DIGEST}}", digest_of(ACTION).upper())


class Against:
    """A loopback server that answers what `answer(n)` returns: (status, type, body), or None to hang up."""

    def __init__(self, answer):
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def serve(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen.append((self.command, self.path, self.headers.get("Idempotency-Key")))
                told = answer(len(seen))
                if told is None:
                    self.close_connection = True
                    return
                status, kind, body = told
                data = b"" if status in (204, 304) else fill(body).encode("utf-8")
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = serve

            def log_message(self, *_):
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        client = Holdpoint(f"http://127.0.0.1:{self.server.server_port}", "hp_test", sleep=lambda _: None)
        return client, self.seen

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def reply(status, body):
    return status, "application/json", json.dumps(body)


HELD = {**CORPUS["good"], "status": "held", "decision": None, "next_action": "wait", "execute_by": None}
REJECTED = {**CORPUS["good"], "status": "rejected", "next_action": "revise",
            "decision": {"verdict": "deny", "by": "human", "code": "hold.rejected", "reason": "not this one"}}


class Gate(unittest.TestCase):
    def test_runs_once_with_the_arguments_that_came_back_and_reports(self):
        runs = []
        with Against(lambda _: reply(200, CORPUS["good"])) as (client, seen):
            self.assertEqual(client.gate(ACTION, lambda params: runs.append(params) or "done"), "done")
        self.assertEqual(runs, [ACTION["params"]])
        self.assertEqual([path for _, path, _ in seen], ["/api/v1/actions", f"/api/v1/actions/{CORPUS['good']['id']}/outcome"])

    def test_G21_runs_on_no_odd_answer(self):
        self.assertGreaterEqual(len(CORPUS["odd"]), 200)
        current = {}
        with Against(lambda _: (current["status"], current["type"], current["body"])) as (client, _):
            for odd in CORPUS["odd"]:
                current.update(odd)
                ran = []
                with self.subTest(odd["name"]), self.assertRaises((Unavailable, Denied, Refused)):
                    client.gate(ACTION, ran.append, timeout_seconds=5)
                self.assertEqual(ran, [], odd["name"])

    def test_G07_G22_asks_again_with_the_same_key_through_outages(self):
        answers = {1: None, 2: (503, "application/json", "{}"), 3: reply(202, HELD), 4: None}
        with Against(lambda n: answers.get(n, reply(200, CORPUS["good"]))) as (client, seen):
            client.gate(ACTION, lambda _: None, key="bill-1")
        self.assertEqual([method for method, _, _ in seen[:5]], ["POST", "POST", "POST", "GET", "GET"])
        self.assertEqual({key for _, _, key in seen[:5]}, {"bill-1"})

    def test_ends_in_denied_with_one_safe_text(self):
        with Against(lambda _: reply(200, REJECTED)) as (client, _), self.assertRaises(Denied) as caught:
            client.gate(ACTION, lambda _: "ran")
        self.assertEqual(caught.exception.next_action, "revise")
        self.assertIn("not this one", caught.exception.for_model)

    def test_does_not_run_after_the_second_clock(self):
        late = {**CORPUS["good"], "execute_by": "2001-01-01T00:00:00.000Z"}
        with Against(lambda _: reply(200, late)) as (client, _), self.assertRaises(Unavailable):
            client.gate(ACTION, lambda _: "ran")

    def test_reports_a_failure_and_raises_it(self):
        def fail(_):
            raise ZeroDivisionError

        with Against(lambda _: reply(200, CORPUS["good"])) as (client, seen), self.assertRaises(ZeroDivisionError):
            client.gate(ACTION, fail)
        self.assertEqual(len(seen), 2)

    def test_P10_writes_and_hashes_as_the_server_does(self):
        for vector in VECTORS:
            with self.subTest(vector["canonical"]):
                self.assertEqual(canonical(vector["params"]), vector["canonical"])
                self.assertEqual(digest_of({"tool": "t", "params": vector["params"]}), vector["digest"])


if __name__ == "__main__":
    unittest.main()
