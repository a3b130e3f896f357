import asyncio
import json
import threading
import unittest

from holdpoint import AlreadyDone, Denied, OutcomeUnknown, Unavailable, digest_of
from loopback import ACTION, DENIED, GOOD, HELD, Against, reply

ID = GOOD["id"]
TOOL = ACTION["tool"]


def allowing(params=None, **more):
    """Allows what was sent, or `params` instead."""

    def answer(_n, seen):
        if seen.method == "POST" and seen.path.endswith("/outcome"):
            return reply(200, {})
        sent = json.loads(seen.body)
        returned = sent["params"] if params is None else params
        digest, executable = digest_of(sent), digest_of({**sent, "params": returned})
        told = {"digest": digest, "executable_digest": executable, "params": returned, "modified": digest != executable}
        return reply(200, {**GOOD, **told, **more})

    return answer


def outcomes(told):
    return [json.loads(one.body)["status"] for one in told.seen if one.path.endswith("/outcome")]


class Guard(unittest.TestCase):
    def test_the_parameters_of_the_function_are_what_is_asked_and_it_runs_once_with_them(self):
        runs = []
        with Against(allowing()) as told:

            @told.client.guard(TOOL, key=lambda bill: "bill-" + bill["recipient"], describe=lambda bill: {"intent": "pay"})
            def send(recipient, amount="1.00", **more):
                """Sends."""
                runs.append((recipient, amount, more))
                return "sent"

            self.assertEqual(send("GB29", note="rent"), "sent")
        self.assertEqual(runs, [("GB29", "1.00", {"note": "rent"})])
        sent = json.loads(told.seen[0].body)
        self.assertEqual(sent, {"intent": "pay", "tool": TOOL, "params": {"recipient": "GB29", "amount": "1.00", "note": "rent"}})
        self.assertEqual((told.seen[0].key, outcomes(told)), ("bill-GB29", ["succeeded"]))
        self.assertEqual((send.__name__, send.__doc__), ("send", "Sends."))

    def test_it_runs_with_what_an_approver_changed(self):
        with Against(allowing({"amount": "0.50"})) as told:
            send = told.client.guard(TOOL)(lambda amount: amount)
            self.assertEqual(send("98.70"), "0.50")

    def test_it_does_not_run_when_it_is_denied_or_nobody_answers(self):
        runs = []
        denied = {**DENIED, "digest": digest_of({"tool": TOOL, "params": {"amount": "1.00"}})}
        for answer, error in [(lambda _n, _seen: reply(200, denied), Denied), (lambda _n, _seen: reply(503, {}), Unavailable),
                              (allowing(outcome="succeeded"), AlreadyDone)]:
            with self.subTest(error.__name__), Against(answer) as told:
                send = told.client.guard(TOOL, timeout_seconds=5)(lambda amount: runs.append(amount))
                with self.assertRaises(error):
                    send("1.00")
        self.assertEqual(runs, [])

    def test_obligations_reach_the_function_that_has_a_place_for_them_and_no_other_is_called(self):
        obligations = [{"id": "o1", "type": "mask", "properties": {"fields": ["iban"]}}]
        with Against(allowing(obligations=obligations)) as told:
            with self.assertRaises(Unavailable):
                told.client.guard(TOOL)(lambda amount: amount)("1.00")
            keeps = told.client.guard(TOOL)(lambda amount, answer: (amount, answer.obligations))
            self.assertEqual(keeps("1.00"), ("1.00", obligations))
            with self.assertRaises(TypeError):
                keeps("1.00", answer="mine")

    def test_what_it_raises_is_raised_and_reported(self):
        for raised, status in [(RuntimeError("x"), "failed"), (OutcomeUnknown("y"), "unknown")]:
            with self.subTest(status), Against(allowing()) as told:

                @told.client.guard(TOOL)
                def send(amount):
                    raise raised

                with self.assertRaises(type(raised)):
                    send("1.00")
                self.assertEqual(outcomes(told), [status])

    def test_a_coroutine_waits_without_stopping_the_loop_and_runs_once(self):
        with Against(allowing()) as told:

            @told.client.guard(TOOL)
            async def send(amount):
                await asyncio.sleep(0)
                return amount

            async def both():
                return await asyncio.gather(send("1.00"), send(amount="2.00"))

            self.assertEqual(asyncio.run(both()), ["1.00", "2.00"])
            self.assertEqual(outcomes(told), ["succeeded", "succeeded"])

    def test_a_coroutine_that_is_cancelled_while_it_waits_never_runs(self):
        asked, runs = threading.Event(), []

        def waiting(_n, seen):
            asked.set()
            held = {**HELD, "digest": digest_of({"tool": TOOL, "params": {"amount": "1.00"}})}
            return reply(202, held)

        with Against(waiting) as told:

            @told.client.guard(TOOL)
            async def send(amount):
                runs.append(amount)

            async def stopped():
                task = asyncio.create_task(send("1.00"))
                await asyncio.to_thread(asked.wait)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task

            asyncio.run(stopped())
        self.assertEqual(runs, [])

    def test_only_what_has_names_can_be_asked_about(self):
        with Against(allowing()) as told:
            with self.assertRaises(TypeError):
                told.client.guard(TOOL)(lambda *amounts: amounts)
            with self.assertRaises(TypeError):
                told.client.guard(TOOL, timeout=3)
