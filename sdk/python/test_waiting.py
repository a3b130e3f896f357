import threading
import unittest

from holdpoint import Denied, Holdpoint, Unavailable
from loopback import ACTION, DENIED, GOOD, HANG_UP, HELD, Against, reply

ID = GOOD["id"]


class Waiting(unittest.TestCase):
    def test_G07_G22_asks_again_with_the_same_key_through_outages_and_finds_its_decision(self):
        answers = {1: HANG_UP, 2: reply(503, "<html>gone</html>", "text/html", Retry_After="1"), 3: reply(429, {}),
                   4: reply(202, HELD), 5: HANG_UP, 6: reply(200, '{"id":', Content_Length="900")}
        runs = []
        with Against(lambda n, _: answers.get(n, reply(200, GOOD))) as told:
            told.client.gate(ACTION, runs.append, key="bill-1")
        asked = told.seen[:7]
        self.assertEqual(len(runs), 1)
        self.assertEqual([one.method for one in asked], ["POST", "POST", "POST", "POST", "GET", "GET", "GET"])
        self.assertEqual({(one.key, one.prefer) for one in asked}, {("bill-1", "wait=60")})

    def test_G22_finds_its_decision_after_the_server_was_gone_and_came_back(self):
        seen, started = [], []
        with Against(lambda *_: HANG_UP, seen=seen) as first:
            port = first.port

        def sleep(_):
            if len(started) == 0:
                started.append(Against(lambda n, _: reply(202, HELD) if n < 2 else reply(200, GOOD), port=port, seen=seen))
                started[0].__enter__()

        try:
            client = Holdpoint(f"http://127.0.0.1:{port}", "hp_test", sleep=sleep)
            self.assertEqual(client.gate(ACTION, lambda _: "done", key="bill-1"), "done")
            again = Holdpoint(f"http://127.0.0.1:{port}", "hp_test", sleep=sleep)
            self.assertEqual(again.decide(ACTION, "bill-1").verdict, "allow")
        finally:
            started[0].__exit__()
        self.assertEqual({one.key for one in seen if one.key}, {"bill-1"})

    def test_never_asks_before_retry_after_and_doubles_its_own_pauses_up_to_fifteen_seconds(self):
        with Against(lambda n, _: reply(503, {}, Retry_After="7") if n == 1 else HANG_UP if n < 12 else reply(200, GOOD)) as told:
            told.client.gate(ACTION, lambda _: "done")
        self.assertGreaterEqual(told.slept[0], 7)
        own = told.slept[1:]
        self.assertTrue(all(later >= earlier / 2 for earlier, later in zip(own, own[1:])), own)
        self.assertLessEqual(max(own), 15)
        self.assertGreater(own[-1], 7)

    def test_does_not_spin_when_it_is_sent_away_early(self):
        with Against(lambda n, _: reply(202, HELD, Retry_After="1") if n < 5 else reply(200, DENIED)) as told:
            with self.assertRaises(Denied):
                told.client.gate(ACTION, lambda _: "ran")
        self.assertEqual((len(told.seen), len(told.slept)), (5, 4))
        self.assertGreaterEqual(min(told.slept), 1)

    def test_ends_after_the_callers_time_in_unavailable_with_the_key(self):
        def answer(_n, _seen):
            told.now += 60
            return reply(202, HELD)

        with Against(answer) as told, self.assertRaises(Unavailable) as caught:
            told.client.gate(ACTION, lambda _: "ran", key="k", timeout_seconds=90)
        self.assertEqual(caught.exception.key, "k")
        self.assertEqual([one.prefer for one in told.seen], ["wait=60", "wait=30"])
        self.assertEqual(told.slept, [])

    def test_outages_end_with_the_callers_time_too(self):
        with Against(lambda *_: HANG_UP) as told, self.assertRaises(Unavailable):
            told.client.gate(ACTION, lambda _: "ran", timeout_seconds=60)
        self.assertLessEqual(sum(told.slept), 60)

    def test_tells_of_the_hold_at_once_and_once(self):
        held = []
        with Against(lambda n, _: reply(202, HELD) if n < 3 else reply(200, GOOD)) as told:
            told.client.gate(ACTION, lambda _: "done", on_held=lambda answer: held.append(answer.hold_url))
        self.assertEqual(held, ["http://localhost/approvals/hld_1"])
        self.assertEqual([one.prefer for one in told.seen[:2]], ["wait=0", "wait=60"])

    def test_stops_in_the_middle_of_a_call_when_told_to_and_takes_the_action_back_if_asked(self):
        stop, over = threading.Event(), threading.Event()

        def answer(n, seen):
            if n == 2:
                stop.set()
                over.wait(30)
                return HANG_UP
            return reply(200, DENIED) if seen.path.endswith("/cancel") else reply(202, HELD)

        with Against(answer, sleep=None) as told:
            with self.assertRaises(Unavailable):
                told.client.gate(ACTION, lambda _: "ran", stop=stop, cancel_on_stop=True)
            over.set()
        self.assertEqual(told.seen[-1].path, f"/api/v1/actions/{ID}/cancel")

    def test_takes_back_what_it_never_heard_of_by_asking_with_the_same_key(self):
        stop = threading.Event()

        def answer(n, _seen):
            stop.set()
            return HANG_UP if n == 1 else reply(202, HELD) if n == 2 else reply(200, DENIED)

        with Against(answer) as told, self.assertRaises(Unavailable):
            told.client.gate(ACTION, lambda _: "ran", key="k", stop=stop, cancel_on_stop=True)
        self.assertEqual([one.path for one in told.seen],
                         ["/api/v1/actions", "/api/v1/actions", f"/api/v1/actions/{ID}/cancel"])
        self.assertEqual([one.key for one in told.seen[:2]], ["k", "k"])

    def test_runs_nothing_once_it_was_stopped_even_if_it_was_allowed_meanwhile(self):
        stop = threading.Event()

        def answer(_n, _seen):
            stop.set()
            return reply(200, GOOD)

        with Against(answer) as told:
            for _ in range(2):
                with self.assertRaises(Unavailable):
                    told.client.gate(ACTION, lambda _: "ran", stop=stop)
        self.assertEqual(len(told.seen), 1)


if __name__ == "__main__":
    unittest.main()
