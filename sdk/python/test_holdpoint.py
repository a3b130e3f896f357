import datetime
import decimal
import json
import traceback
import unittest

from holdpoint import AlreadyDone, Denied, Holdpoint, OutcomeUnknown, Refused, Unavailable, canonical, digest_of
from loopback import ACTION, CORPUS, DENIED, GOOD, HERE, HANG_UP, HELD, Against, fill, reply

VECTORS = json.loads((HERE.parent / "vectors.json").read_text("utf-8"))
ID = GOOD["id"]
PROBLEM = {"type": "urn:x", "title": "t", "status": 409, "code": "action.decided", "detail": "too late"}
AS_PROBLEM = "application/problem+json"


def good(_n, _seen):
    return reply(200, GOOD)


class Canonical(unittest.TestCase):
    def test_P10_is_the_same_in_every_language(self):
        for vector in VECTORS:
            with self.subTest(vector["json"]):
                params = json.loads(vector["json"])
                self.assertEqual(canonical(params), vector["canonical"])
                self.assertEqual(digest_of({"tool": "t", "params": params}), vector["digest"])

    def test_P10_writes_numbers_as_ecmascript_does(self):
        # RFC 8785, appendix B.
        for number, text in [(-0.0, "0"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
                             (9007199254740992.0, "9007199254740992"), (295147905179352830000.0, "295147905179352830000"),
                             (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"), (1e21, "1e+21"),
                             (999999999999999900000.0, "999999999999999900000"), (9.999999999999997e-7, "9.999999999999997e-7"),
                             (0.000001, "0.000001"), (333333333.33333329, "333333333.3333333"), (1.0, "1"), (True, "true"),
                             (-0.0000033333333333333333, "-0.0000033333333333333333"), (1424953923781206.25, "1424953923781206.2")]:
            with self.subTest(text):
                self.assertEqual(canonical(number), text)

    def test_P02_P03_refuses_what_is_no_json(self):
        for value in [float("nan"), float("inf"), 2**53, -(2**60), "\ud800", {"\udc00": 1}, {1: 2}, {1, 2}, b"x", object(),
                      decimal.Decimal("1.0"), datetime.datetime.now()]:
            with self.subTest(repr(value)), self.assertRaises(TypeError):
                canonical({"value": value})


class OddAnswers(unittest.TestCase):
    def run_corpus(self, before):
        self.assertGreaterEqual(len(CORPUS["odd"]), 200)
        current, count = {}, [0]

        def answer(_n, _seen):
            count[0] += 1
            if count[0] <= len(before):
                return reply(202, before[count[0] - 1])
            return current["status"], current["type"], fill(current["body"]), {}

        with Against(answer) as told:
            for odd in CORPUS["odd"]:
                current.update(odd)
                count[0], ran = 0, []
                with self.subTest(odd["name"]):
                    with self.assertRaises(Unavailable):
                        told.client.gate(ACTION, ran.append)
                    self.assertEqual(ran, [])

    def test_G21_runs_nothing_on_an_odd_answer_to_a_submission(self):
        self.run_corpus([])

    def test_G21_runs_nothing_on_an_odd_answer_while_it_waits(self):
        self.run_corpus([HELD])


class Gate(unittest.TestCase):
    def test_runs_once_with_the_arguments_that_came_back_and_reports(self):
        runs = []
        with Against(good) as told:
            self.assertEqual(told.client.gate(ACTION, lambda params: runs.append(params) or "done"), "done")
        self.assertEqual(runs, [ACTION["params"]])
        self.assertEqual([one.path for one in told.seen], ["/api/v1/actions", f"/api/v1/actions/{ID}/outcome"])
        self.assertEqual(told.seen[0].prefer, "wait=60")
        self.assertEqual(json.loads(told.seen[1].body), {"status": "succeeded"})

    def test_runs_what_an_approver_changed_and_only_that(self):
        params = {"amount": "0.50"}
        changed = {**GOOD, "params": params, "modified": True, "executable_digest": digest_of({**ACTION, "params": params})}
        with Against(lambda *_: reply(200, changed)) as told:
            self.assertEqual(told.client.gate(ACTION, lambda returned: returned), params)

    def test_sends_and_hashes_what_it_was_given_whatever_the_caller_changes_while_it_waits(self):
        params = {"amount": "1.00"}

        def answer(n, _seen):
            params["amount"] = "9999.00"
            return reply(202, HELD) if n == 1 else reply(200, GOOD)

        with Against(answer) as told:
            self.assertEqual(told.client.gate({**ACTION, "params": params}, lambda given: given), {"amount": "1.00"})
        self.assertEqual(told.seen[0].body, '{"params":{"amount":"1.00"},"tool":"send_money"}')

    def test_ends_in_denied_with_one_safe_text(self):
        with Against(lambda *_: reply(200, DENIED)) as told, self.assertRaises(Denied) as caught:
            told.client.gate(ACTION, lambda _: "ran")
        self.assertEqual((caught.exception.code, caught.exception.next_action), ("hold.rejected", "revise"))
        self.assertEqual(caught.exception.for_model,
                         "This action was not allowed (not this one). It was not done. A changed attempt may be asked.")

    def test_does_not_run_after_the_second_clock_whichever_of_the_two_clocks_says_so(self):
        late = {**GOOD, "execute_by": "2026-06-01T12:00:00Z"}
        with Against(lambda *_: reply(200, late)) as told, self.assertRaises(Unavailable):
            told.client.gate(ACTION, lambda _: "ran")
        soon = {**GOOD, "execute_by": "2026-06-01T12:15:00.5+00:00"}
        date = "Mon, 01 Jun 2026 13:00:00 GMT"
        with Against(lambda *_: reply(200, soon, Date=date)) as told, self.assertRaises(Unavailable):
            told.client.gate(ACTION, lambda _: "ran")

    def test_does_not_run_again_what_was_run_before(self):
        with Against(lambda *_: reply(200, {**GOOD, "outcome": "succeeded"})) as told, self.assertRaises(AlreadyDone) as caught:
            told.client.gate(ACTION, lambda _: "ran")
        self.assertEqual(caught.exception.outcome, "succeeded")

    def test_hands_over_obligations_and_does_not_run_what_would_ignore_them(self):
        obligations = [{"id": "o1", "type": "mask", "properties": {"fields": ["iban"]}}]
        with Against(lambda *_: reply(200, {**GOOD, "obligations": obligations})) as told:
            self.assertEqual(told.client.gate(ACTION, lambda _params, answer: answer.obligations), obligations)
            for run in (lambda _: "ran", lambda _, retries=3: "ran", [].append):
                with self.assertRaises(Unavailable):
                    told.client.gate(ACTION, run)

    def test_raises_what_the_run_raised_and_reports_it_without_its_words(self):
        for thrown, status in [(ValueError("IBAN GB29"), "failed"), (OutcomeUnknown("no answer"), "unknown"),
                               (KeyboardInterrupt(), "unknown")]:
            def fail(_):
                raise thrown

            with self.subTest(status), Against(good) as told:
                with self.assertRaises(type(thrown)):
                    told.client.gate(ACTION, fail)
                self.assertEqual(json.loads(told.seen[1].body), {"status": status, "summary": type(thrown).__name__})

    def test_returns_the_result_when_the_outcome_cannot_be_reported_after_a_few_tries(self):
        with Against(lambda n, _: reply(200, GOOD) if n == 1 else reply(503, {}, Retry_After="3600")) as told:
            self.assertEqual(told.client.gate(ACTION, lambda _: "done"), "done")
        self.assertEqual(len(told.seen), 5)
        self.assertLessEqual(max(told.slept), 2)

    def test_a_report_wants_no_answer_but_that_it_was_taken_and_believes_nobody_else(self):
        for answer, taken in [((204, {"Preference_Applied": "return=minimal"}), True), ((200, {}), True), ((204, {}), False)]:
            with self.subTest(answer), Against(lambda *_: reply(answer[0], GOOD, **answer[1])) as told:
                self.assertEqual(told.client.report(ID, "succeeded"), taken)
                self.assertEqual([one.prefer for one in told.seen], ["return=minimal"])

    def test_ends_in_refused_which_is_unavailable_on_a_problem(self):
        for status in (400, 401, 403, 404, 409, 413, 415):
            with self.subTest(status), Against(lambda *_: reply(status, PROBLEM, AS_PROBLEM)) as told:
                with self.assertRaises(Unavailable) as caught:
                    told.client.gate(ACTION, lambda _: "ran", key="k")
                self.assertIsInstance(caught.exception, Refused)
                self.assertEqual((caught.exception.status, caught.exception.key), (status, "k"))
                self.assertEqual(len(told.seen), 1)

    def test_derives_a_key_from_an_action_that_names_its_task_and_makes_a_new_one_for_any_other(self):
        tasked = {**ACTION, "context": {"task": "bill-7"}}
        with Against(lambda *_: reply(200, GOOD)) as told:
            for one in (tasked, tasked, ACTION, ACTION):
                told.client.gate(one, lambda _: "done")
        keys = [one.key for one in told.seen if one.path == "/api/v1/actions"]
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(len(set(keys)), 3)

    def test_refuses_a_key_that_http_cannot_carry(self):
        with Against(good) as told:
            for key in ("", "two words", "ü", "x" * 256, "a\nb", "a\n"):
                with self.subTest(key), self.assertRaises(TypeError):
                    told.client.gate(ACTION, lambda _: "ran", key=key)
        self.assertEqual(told.seen, [])

    def test_INV_47_shows_its_agent_key_to_nobody(self):
        with Against(lambda *_: HANG_UP, key="hp_canary") as told, self.assertRaises(Unavailable) as caught:
            told.client.gate(ACTION, lambda _: "ran", timeout_seconds=3)
        shown = repr(told.client) + repr(caught.exception) + "".join(traceback.format_exception(
            type(caught.exception), caught.exception, caught.exception.__traceback__))
        self.assertNotIn("hp_canary", shown)
        with self.assertRaises(TypeError) as refused:
            Holdpoint("http://127.0.0.1:1", "hp_canary\n")
        self.assertNotIn("hp_canary", str(refused.exception))

    def test_refuses_what_is_no_address(self):
        for url in ("ftp://x", "http://user:pass@x", "http://x/?key=1", "nowhere", "http://x:port"):
            with self.subTest(url), self.assertRaises(TypeError):
                Holdpoint(url, "hp_test")


class BelowGate(unittest.TestCase):
    def test_submits_once_and_waits_once(self):
        with Against(lambda n, _: reply(202, HELD) if n == 1 else reply(200, GOOD)) as told:
            self.assertIsNone(told.client.submit(ACTION, "k").verdict)
            self.assertEqual(told.client.wait(ACTION, ID, 5).params, ACTION["params"])
        self.assertEqual([(one.method, one.prefer) for one in told.seen], [("POST", "wait=0"), ("GET", "wait=5")])

    def test_reads_one_lists_and_says_who_it_is(self):
        answers = {1: DENIED, 2: {"items": [GOOD], "next_cursor": "c"}, 3: {"id": "agt_1"}}
        with Against(lambda n, _: reply(200, answers[n])) as told:
            self.assertEqual(told.client.get(ID).verdict, "deny")
            self.assertEqual(told.client.list(session="s 1", limit=2)["items"], [GOOD])
            self.assertEqual(told.client.whoami(), {"id": "agt_1"})
        self.assertEqual(told.seen[1].path, "/api/v1/actions?session=s+1&limit=2")

    def test_reads_what_it_is_asked_and_answers(self):
        questions = [{"id": "rev_1", "question": "Why?", "asked_at": "", "answers": [{"id": "ans_1", "text": "So.", "at": ""}]},
                     {"id": "rev_2", "question": "For whom?", "asked_at": "", "answers": []}]
        asked = {**HELD, "hold": {**HELD["hold"], "questions": questions}}
        with Against(lambda n, _: reply(202, asked) if n == 1 else reply(200, HELD)) as told:
            self.assertEqual(told.client.questions(ID, 20), [{"id": "rev_2", "question": "For whom?"}])
            told.client.answer(ID, "rev_2", "For Mrs Miller.")
        self.assertEqual([(one.method, one.path, one.prefer) for one in told.seen],
                         [("GET", f"/api/v1/actions/{ID}", "wait=20, questions"), ("POST", f"/api/v1/actions/{ID}/answers", None)])
        self.assertEqual(json.loads(told.seen[1].body), {"question": "rev_2", "text": "For Mrs Miller."})

    def test_says_when_it_was_too_late_to_cancel_or_to_report(self):
        with Against(lambda *_: reply(409, PROBLEM, AS_PROBLEM)) as told:
            with self.assertRaises(Refused) as caught:
                told.client.cancel(ID)
            self.assertEqual(caught.exception.code, "action.decided")
            with self.assertRaises(Refused):
                told.client.outcome(ID, "succeeded")
            self.assertFalse(told.client.report(ID, "succeeded"))

    def test_checks_each_of_a_batch_by_itself_in_order(self):
        with Against(lambda *_: reply(200, {"items": [GOOD, PROBLEM, HELD]})) as told:
            first, second, third = told.client.batch([(ACTION, key) for key in "abc"], 10)
        self.assertEqual((first.verdict, second.code, third.verdict), ("allow", "action.decided", None))
        self.assertEqual(json.loads(told.seen[0].body)["actions"][1], {**ACTION, "idempotency_key": "b"})

    def test_a_batchs_answer_that_is_odd_is_none(self):
        other = {**GOOD, "digest": "sha256:" + "0" * 64}
        for body in ({"items": [GOOD]}, {"items": [GOOD, other]}, GOOD, []):
            with self.subTest(str(body)[:40]), Against(lambda *_: reply(200, body)) as told, self.assertRaises(Unavailable):
                told.client.batch([(ACTION, key) for key in "ab"])


if __name__ == "__main__":
    unittest.main()
