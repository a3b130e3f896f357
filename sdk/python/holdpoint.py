"""Holdpoint for Python: ask before you act. One file, standard library only, Python 3.9 or newer.

    from holdpoint import Denied, Holdpoint
    holdpoint = Holdpoint()  # HOLDPOINT_URL, HOLDPOINT_KEY
    try:
        holdpoint.gate({"tool": "send_money", "params": {"amount": "98.70"}}, lambda params: bank.send(**params), key="bill-2026-11")
    except Denied as denied:
        print(denied.for_model)

`gate` blocks until policy or people have decided, survives restarts of either side (the same key is the same action), runs
only the arguments that came back, once, and reports how it ended. `Denied` and `Unavailable` both mean: nothing was done.
"""

import asyncio
import functools
import hashlib
import http.client
import inspect
import json
import math
import os
import random
import re
import secrets
import threading
import time
import unicodedata
import urllib.parse
from collections import namedtuple
from datetime import datetime
from email.utils import parsedate_to_datetime

__all__ = [
    "AlreadyDone", "Answer", "Denied", "Holdpoint", "OutcomeUnknown", "PermitRefused", "Refused", "Unavailable", "canonical",
    "digest_of",
]

LONGEST_WAIT = 60
CALL_SECONDS = 30
OUTCOME_SECONDS = 5
MINIMAL = "return=minimal"  # the preference of who wants no answer but that it was done (RFC 7240)
LONGEST_RETRY = 15.0
LONGEST_RETRY_AFTER = 60
ODD_ANSWERS_ENOUGH = 4
_ACTIONS = "/api/v1/actions"
_VERDICTS = {
    "held": None, "deferred": None, "allowed": "allow", "approved": "allow", "denied": "deny",
    "rejected": "deny", "expired": "deny", "cancelled": "deny", "contained": "deny",
}
_NEXT = {"allow": ("execute",), "deny": ("retry", "revise", "stop"), None: ("wait",)}
_OBLIGATIONS = ("mask", "row_limit", "notify", "log", "execute_within", "custom")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_ADVICE = {
    "retry": "It may be asked again later.",
    "revise": "A changed attempt may be asked.",
    "stop": "Do not try it again or work around it.",
}

Answer = namedtuple("Answer", "id status verdict code reason next_action params modified execute_by obligations hold_url outcome raw")
Answer.__doc__ = """What the gate answered, after everything in it has been checked.

`verdict` is "allow", "deny" or None while it waits; `params` may be executed, never anything else, and are empty where nothing
may be; `execute_by` is RFC 3339, set with "allow"; `outcome` tells how an earlier run under the same key ended."""


def _inert(text):
    """One line: no control, bidi or invisible characters, at most 300 long."""
    plain = "".join(" " if c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    return re.sub(" +", " ", plain).strip()[:300]


class Denied(Exception):
    """The action may not be done, and was not. `for_model` is one safe text to hand to a language model.

    `next_action` is "retry" (with a new key), "revise" (with `revises`: `action_id`) or "stop"."""

    def __init__(self, status, code, reason, next_action, action_id):
        super().__init__(f"{status}: {reason}")
        self.status, self.code, self.reason = status, code, reason
        self.next_action, self.action_id = next_action, action_id

    @property
    def for_model(self):
        return f"This action was not allowed ({_inert(self.reason)}). It was not done. {_ADVICE[self.next_action]}"


class Unavailable(Exception):
    """There is no decision that can be trusted: nothing was run. The same `key` may be tried again."""

    def __init__(self, message, key=None):
        super().__init__(message)
        self.key = key

    @property
    def for_model(self):
        return "This action could not be checked now. It was not done. It may be asked again later."


class Refused(Unavailable):
    """The request itself was refused with a problem (RFC 9457): nothing was run, and asking the same again gives the same."""

    def __init__(self, status, code, detail, key=None):
        super().__init__(f"{code}: {detail}", key)
        self.status, self.code, self.detail = status, code, detail


class AlreadyDone(Exception):
    """The action of this key has been run before and its outcome was reported: it is not run a second time."""

    def __init__(self, action_id, outcome):
        super().__init__(f"this action was run before: {outcome}")
        self.action_id, self.outcome = action_id, outcome


class PermitRefused(Exception):
    """This may not be executed: `reason` says why, for logs. Nobody who asked needs to read it."""

    def __init__(self, reason):
        super().__init__(f"not permitted: {reason}")
        self.reason = reason


class OutcomeUnknown(Exception):
    """Raise it from `run` when nobody can tell whether the thing was done (a timeout of a bank): the outcome is `unknown`."""


class _Again(Exception):
    """Nobody answered, or the server asked to come back later: ask again with the same key."""

    def __init__(self, message, seconds=None):
        super().__init__(message)
        self.seconds = seconds


class _Odd(Exception):
    """Something answered that is not the gate, or not about this."""


def _number(value):
    """ECMAScript's form of a number, which RFC 8785 asks for."""
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise TypeError("an integer beyond 2^53 - 1: send it as text")
        return int.__repr__(value)
    if not math.isfinite(value):
        raise TypeError("not a JSON number")
    if value == 0:
        return "0"
    digits, exponent = float.__repr__(value), 0
    sign = "-" if digits.startswith("-") else ""
    digits = digits.lstrip("-")
    if "e" in digits:
        digits, power = digits.split("e")
        exponent = int(power)
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + exponent
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    mantissa = digits if count == 1 else digits[0] + "." + digits[1:]
    return f"{sign}{mantissa}e{'+' if power >= 0 else '-'}{abs(power)}"


def _string(value):
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise TypeError("a lone surrogate is no JSON") from None
    return json.dumps(value, ensure_ascii=False)


def canonical(value):
    """RFC 8785 form of a JSON value: what both sides hash, and what is sent. Raises TypeError for what is no JSON."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("the name of a member is text")
        # RFC 8785 3.2.3: by UTF-16 code units.
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(name)}:{canonical(value[name])}" for name in names) + "}"
    raise TypeError("not a JSON value")


def digest_of(action):
    """`sha256:` and hex over the canonical form of {params, resource, tool}, resource null if absent."""
    text = canonical({"params": action["params"], "resource": action.get("resource"), "tool": action["tool"]})
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _seconds_of(moment):
    """Seconds since the epoch of an RFC 3339 time. Raises ValueError."""
    found = _MOMENT.fullmatch(moment)
    if not found:
        raise ValueError("not an RFC 3339 time")
    whole, fraction, zone = found.groups()
    at = datetime.strptime(whole + zone.replace("Z", "+0000").replace(":", ""), "%Y-%m-%dT%H:%M:%S%z")
    return at.timestamp() + float(fraction or 0)


def _sure(holds, otherwise):
    if not holds:
        raise _Odd(otherwise)


def _read_obligations(value):
    """An obligation that cannot be understood cannot be kept: the answer is odd."""
    _sure(isinstance(value, list), "the answer has no obligations")
    for one in value:
        _sure(isinstance(one, dict) and isinstance(one.get("properties"), dict), "an obligation is no object")
        _sure(isinstance(one.get("id"), str) and isinstance(one.get("type"), str), "an obligation has no id")
        _sure(one["type"] in _OBLIGATIONS, "an obligation of an unknown type")
    return value


def _check_allow(body, asked):
    _sure(isinstance(body.get("params"), dict), "the answer carries no arguments")
    _sure(isinstance(body.get("execute_by"), str), "the answer has no second clock")
    try:
        _seconds_of(body["execute_by"])
    except (ValueError, OverflowError):
        raise _Odd("the answer has no second clock") from None
    if asked is None:
        return
    try:
        returned = digest_of({**asked, "params": body["params"]})
    except (TypeError, RecursionError):
        raise _Odd("the returned arguments are no JSON") from None
    _sure(body.get("executable_digest") == returned, "the returned arguments are not what was decided")
    _sure(body["modified"] == (returned != body["digest"]), "the answer contradicts itself about changes")


def _read_answer(body, asked, action_id):
    """Reads an answer and believes nothing that does not fit together. `asked` is what was sent; without it an answer can be
    shown, but is never one to run."""
    _sure(isinstance(body, dict), "the answer is no object")
    status, decision = body.get("status"), body.get("decision", _Odd)
    _sure(isinstance(status, str) and status in _VERDICTS, "the answer has no known status")
    verdict = _VERDICTS[status]
    found = body.get("id")
    _sure(isinstance(found, str) and re.fullmatch(r"act_[0-9A-Z]{26}", found, re.ASCII), "the answer names no action")
    _sure(action_id is None or found == action_id, "the answer is about another action")
    if verdict is None:
        _sure(decision is None, "status and decision contradict each other")
        decision = {"code": "", "reason": ""}
    else:
        fits = isinstance(decision, dict) and decision.get("verdict") == verdict
        _sure(fits, "status and decision contradict each other")
        _sure(all(isinstance(decision.get(name), str) for name in ("code", "reason", "by")), "the decision is incomplete")
        _sure(decision["code"] != "" and decision["by"] != "", "the decision is incomplete")
    following = body.get("next_action")
    _sure(isinstance(following, str) and following in _NEXT[verdict], "the answer does not say what comes next")
    _sure(asked is None or body.get("digest") == digest_of(asked), "the answer is about other arguments")
    whole = isinstance(body.get("modified"), bool) and isinstance(body.get("enforced"), bool)
    _sure(whole, "the answer is incomplete")
    allowed = verdict == "allow"
    if allowed:
        _check_allow(body, asked)
    outcome = body.get("outcome")
    _sure(outcome is None or isinstance(outcome, str), "an odd outcome")
    hold = body.get("hold")
    return Answer(
        id=found, status=status, verdict=verdict, code=decision["code"], reason=decision["reason"], next_action=following,
        params=body["params"] if allowed else {}, modified=body["modified"], execute_by=body["execute_by"] if allowed else None,
        obligations=_read_obligations(body.get("obligations")),
        hold_url=hold.get("url") if isinstance(hold, dict) and isinstance(hold.get("url"), str) else None,
        outcome=outcome, raw=body,
    )


def _read_reply(reply, asked, action_id):
    answer = _read_answer(reply.body, asked, action_id)
    _sure(reply.status == (202 if answer.verdict is None else 200), "the HTTP status contradicts the answer")
    return answer


def _backoff(failures, retry_after):
    """Seconds until the next try: never before Retry-After, else doubling to fifteen; jittered, so that agents that lost one
    server do not return to it at one moment."""
    if retry_after is not None:
        return retry_after + random.random() / 2
    return min(LONGEST_RETRY, 0.125 * 2 ** min(failures, 10)) * (0.5 + random.random() / 2)


def _takes_two(run):
    """Whether `run` asks for the answer beside the arguments: a second positional parameter without a default."""
    try:
        given = inspect.signature(run).parameters.values()
    except (TypeError, ValueError):
        return False  # a builtin that does not tell
    asked = [one for one in given if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.default is one.empty]
    return len(asked) >= 2


def _key_of(action):
    """An action that names its task gets a key derived from all of it, so that a restart finds its decision; any other gets a
    new key, and is a new action each time."""
    context = action.get("context")
    task = context.get("task") if isinstance(context, dict) else None
    if isinstance(task, str) and task != "":
        return "task-" + hashlib.sha256(canonical(action).encode("utf-8")).hexdigest()
    return "once-" + secrets.token_hex(16)


def _check_key(key):
    if not isinstance(key, str) or not re.fullmatch(r"[!-~]{1,255}", key):
        raise TypeError("an idempotency key is 1 to 255 visible ASCII characters")


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _finite(text):
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not a JSON number")
    return value


_Reply = namedtuple("_Reply", "status body retry_after date")


class _Connection:
    """The way to one Holdpoint. A new connection each call: a dead one is never met twice."""

    def __init__(self, url, key):
        parsed = urllib.parse.urlsplit(url)
        plain = parsed.scheme in ("http", "https") and parsed.hostname and "@" not in parsed.netloc
        if not plain or parsed.query or parsed.fragment:
            raise TypeError("the address of Holdpoint is http(s)://host[:port][/path]")
        if not isinstance(key, str) or not re.fullmatch(r"[!-~]+", key):
            raise TypeError("no agent key: set HOLDPOINT_KEY or give `key`")
        try:
            port = parsed.port
        except ValueError:
            raise TypeError("the address of Holdpoint has an odd port") from None
        self._secure, self._host, self._port = parsed.scheme == "https", parsed.hostname, port
        self._path, self._bearer = parsed.path.rstrip("/"), "Bearer " + key

    def call(self, method, path, text=None, headers=None, seconds=CALL_SECONDS, stop=None):
        """Sends once. Raises _Again, _Odd, or Refused for a problem."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=seconds)
        sent = {"Authorization": self._bearer, "Accept": "application/json", **(headers or {})}
        if text is not None:
            sent["Content-Type"] = "application/json"
        ended = threading.Event()
        watch = None
        if stop is not None:
            watch = threading.Thread(target=_cut, args=(connection, stop, ended, seconds), daemon=True)
            watch.start()
        try:
            connection.request(method, self._path + path, body=None if text is None else text.encode("utf-8"), headers=sent)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException):
            raise _Again("Holdpoint cannot be reached") from None
        finally:
            ended.set()
            connection.close()
        return _read_response(response, data)


def _cut(connection, stop, ended, seconds):
    """Ends a blocking call when `stop` is set."""
    end = time.monotonic() + seconds + 1
    while not ended.wait(0.05) and time.monotonic() < end:
        if stop.is_set():
            sock = connection.sock
            if sock is not None:
                try:
                    sock.shutdown(2)
                except OSError:
                    pass


def _read_response(response, data):
    status, after = response.status, response.headers.get("Retry-After", "")
    retry_after = min(int(after), LONGEST_RETRY_AFTER) if re.fullmatch(r"\d{1,9}", after, re.ASCII) else None
    if status >= 500 or status in (408, 429):
        raise _Again(f"HTTP {status}", retry_after)
    if status == 204 and response.headers.get("Preference-Applied") == MINIMAL:
        return _Reply(status, None, retry_after, 0.0)
    kind = response.headers.get("Content-Type", "")
    if not re.match(r"application/json *(;|$)" if status < 400 else r"application/problem\+json *(;|$)", kind, re.I):
        raise _Odd(f"HTTP {status} of type {kind[:60] or 'none'}")
    try:
        body = json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _Odd("the answer is cut or no JSON") from None
    if status >= 400:
        if isinstance(body, dict) and isinstance(body.get("code"), str):
            raise Refused(status, body["code"], body["detail"] if isinstance(body.get("detail"), str) else "")
        raise _Odd(f"HTTP {status} without a problem")
    try:
        date = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except (TypeError, ValueError, IndexError):
        date = 0.0
    return _Reply(status, body, retry_after, date)


class Holdpoint:
    """A client of one Holdpoint, for one agent. The key is never logged and never part of a message.

    `url` and `key` default to HOLDPOINT_URL (else http://localhost:3000) and HOLDPOINT_KEY. `sleep` and `now` (seconds since
    the epoch) can be replaced in tests. Raises TypeError for an address or a key that cannot be one."""

    def __init__(self, url=None, key=None, sleep=None, now=time.time):
        self._connection = _Connection(
            url or os.environ.get("HOLDPOINT_URL") or "http://localhost:3000", key or os.environ.get("HOLDPOINT_KEY") or "",
        )
        self._sleep, self._now = sleep, now

    def gate(self, action, run, key=None, timeout_seconds=None, stop=None, cancel_on_stop=False, on_held=None):
        """Asks, blocks until it is decided, and only then calls `run(params)`, or `run(params, answer)` where it takes two,
        once, with the arguments that came back. Returns what it returned.

        `stop` is a threading.Event that ends the waiting; with `cancel_on_stop` the action is then taken back, as it is when
        `timeout_seconds` are over. `on_held(answer)` is called once when people must decide.

        Raises Denied (not done), Unavailable (not done, the same key may be tried again), AlreadyDone (an earlier process did
        it), TypeError (the action is no JSON), or what `run` raised."""
        both = _takes_two(run)
        answer = self._allowed(action, both, key, timeout_seconds, stop, cancel_on_stop, on_held)
        try:
            result = run(answer.params, answer) if both else run(answer.params)
        except BaseException as error:
            self._report_error(answer.id, error)
            raise
        self.report(answer.id, "succeeded")
        return result

    def guard(self, tool, key=None, describe=None, **options):
        """A decorator: the same function, asked about before each call. Its parameters are the action's, by name; it is called
        with those that came back, which people or policy may have changed.

            @holdpoint.guard("send_money", key=lambda bill: bill["number"])
            def send_money(number, recipient, amount): ...

        `key(params)` makes the key of what is done; `describe(params)` returns what else the action says (`resource`, `intent`,
        `context`). A parameter named `answer` is not the caller's: it receives the Answer, and only a function that has it is
        called where there are obligations. Works on `async def` too. Raises as `gate` does."""
        if options.keys() - {"timeout_seconds", "stop", "cancel_on_stop", "on_held"}:
            raise TypeError("guard takes the options of gate")

        def decorate(function):
            signature = inspect.signature(function)
            both = "answer" in signature.parameters
            kinds = {one.kind for one in signature.parameters.values()}
            if kinds & {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL}:
                raise TypeError("the parameters of a guarded function have names")

            def asked(args, kwargs):
                if "answer" in kwargs:
                    raise TypeError("`answer` is what Holdpoint answered")
                bound = signature.bind(*args, **kwargs, **({"answer": None} if both else {}))
                bound.apply_defaults()
                params = {}
                for name, value in bound.arguments.items():
                    if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                        params.update(value)
                    elif name != "answer":
                        params[name] = value
                action = {**(describe(params) if describe else {}), "tool": tool, "params": params}
                return action, None if key is None else key(params)

            def call(params, answer=None):
                # A new copy: what the function does to its arguments changes no answer.
                return function(**json.loads(canonical(params)), **({"answer": answer} if both else {}))

            @functools.wraps(function)
            def guarded(*args, **kwargs):
                action, chosen = asked(args, kwargs)
                return self.gate(action, (lambda params, answer: call(params, answer)) if both else call, key=chosen, **options)

            @functools.wraps(function)
            async def guarded_async(*args, **kwargs):
                action, chosen = asked(args, kwargs)
                stop = options.get("stop") or threading.Event()
                waiting = (action, both, chosen, options.get("timeout_seconds"), stop, options.get("cancel_on_stop", False))
                try:
                    answer = await asyncio.to_thread(self._allowed, *waiting, options.get("on_held"))
                except asyncio.CancelledError:
                    stop.set()
                    raise
                try:
                    result = await call(answer.params, answer)
                except BaseException as error:
                    await asyncio.to_thread(self._report_error, answer.id, error)
                    raise
                await asyncio.to_thread(self.report, answer.id, "succeeded")
                return result

            return guarded_async if inspect.iscoroutinefunction(function) else guarded

        return decorate

    def _report_error(self, action_id, error):
        """Says that it failed; that nobody can tell where it was interrupted in the middle."""
        unknown = isinstance(error, OutcomeUnknown) or not isinstance(error, Exception)
        self.report(action_id, "unknown" if unknown else "failed", type(error).__name__)

    def _allowed(self, action, both, key, timeout_seconds, stop, cancel_on_stop, on_held):
        """The answer that may be executed now. Raises as `gate` does before anything is run. `both`: the answer is handed on."""
        key = _key_of(action) if key is None else key
        answer, latest = self._await(action, key, timeout_seconds, stop, cancel_on_stop, on_held)
        if answer.verdict != "allow":
            raise Denied(answer.status, answer.code, answer.reason, answer.next_action, answer.id)
        if answer.outcome is not None:
            raise AlreadyDone(answer.id, answer.outcome)
        if stop is not None and stop.is_set():
            raise Unavailable("stopped waiting", key)
        if _seconds_of(answer.execute_by) <= latest:
            raise Unavailable("the time to execute has passed", key)
        if answer.obligations and not both:
            raise Unavailable("it was allowed with obligations, and `run` does not take them", key)
        return answer

    def decide(self, action, key, timeout_seconds=None, stop=None, cancel_on_stop=False, on_held=None):
        """Submits and waits until it is decided, whatever the verdict. Returns an Answer. Raises Unavailable, TypeError."""
        return self._await(action, key, timeout_seconds, stop, cancel_on_stop, on_held)[0]

    def submit(self, action, key, wait_seconds=0):
        """Submits once and waits at most `wait_seconds` (0 to 60): the Answer may still be waiting."""
        _check_key(key)
        text = canonical(action)
        return self._once(lambda: _read_reply(self._ask(text, key, None, wait_seconds), json.loads(text), None), key)

    def wait(self, action, action_id, wait_seconds=LONGEST_WAIT):
        """Waits once, at most `wait_seconds` (0 to 60), for an action that was submitted."""
        asked = json.loads(canonical(action))
        return self._once(lambda: _read_reply(self._ask(None, None, action_id, wait_seconds), asked, action_id))

    def get(self, action_id):
        """One action as it stands. Nothing to run from: only who knows what was sent can check the digest."""
        return self._once(lambda: _read_reply(self._ask(None, None, action_id, 0), None, action_id))

    def list(self, **filters):
        """The agent's own actions, newest first: {"items": [...], "next_cursor": ...}. Filters: status, session, limit, cursor."""
        given = {name: value for name, value in filters.items() if value is not None}
        body = self._object("GET", _ACTIONS + "?" + urllib.parse.urlencode(given))
        if not isinstance(body.get("items"), list):
            raise Unavailable("the answer is no list")
        return body

    def batch(self, items, wait_seconds=0):
        """Up to 50 (action, key) at once, in order: a list of Answer or Refused (not raised); answers when all are decided or
        the time is up."""
        asked = []
        for action, key in items:
            _check_key(key)
            asked.append((json.loads(canonical(action)), key))
        text = canonical({"actions": [{**action, "idempotency_key": key} for action, key in asked]})
        headers = {"Prefer": f"wait={wait_seconds}"}

        def send():
            reply = self._connection.call("POST", _ACTIONS + "/batch", text, headers, wait_seconds + CALL_SECONDS)
            found = reply.body.get("items") if isinstance(reply.body, dict) and reply.status == 200 else None
            _sure(isinstance(found, list) and len(found) == len(asked), "the answer is not about what was asked")
            return [self._one_of_batch(one, action, key) for one, (action, key) in zip(found, asked)]

        return self._once(send)

    @staticmethod
    def _one_of_batch(one, action, key):
        if isinstance(one, dict) and isinstance(one.get("code"), str) and type(one.get("status")) is int:
            return Refused(one["status"], one["code"], str(one.get("detail", "")), key)
        return _read_answer(one, action, None)

    def cancel(self, action_id, reason=None):
        """Takes a waiting action back. Raises Refused, code action.decided, when it is too late."""
        self._object("POST", f"{_ACTIONS}/{action_id}/cancel", {} if reason is None else {"reason": reason})

    def questions(self, action_id, wait_seconds=0):
        """What people ask about a waiting action and it has not answered yet, oldest first: [{"id", "question"}, …]. Waits at
        most `wait_seconds` (0 to 60) for one. A question is a person's text: data, never instructions."""
        headers = {"Prefer": f"wait={wait_seconds}, questions"}
        path = f"{_ACTIONS}/{urllib.parse.quote(action_id, safe='')}"

        def read():
            answer = _read_reply(self._connection.call("GET", path, None, headers, wait_seconds + CALL_SECONDS), None, action_id)
            asked = (answer.raw.get("hold") or {}).get("questions") or [] if answer.verdict is None else []
            return [{"id": one["id"], "question": one["question"]} for one in asked if one["answers"] == []]

        return self._once(read)

    def answer(self, action_id, question, text):
        """Answers one: people read it beside what they decide. Raises Refused, code action.decided, when it is too late."""
        self._object("POST", f"{_ACTIONS}/{urllib.parse.quote(action_id, safe='')}/answers", {"question": question, "text": text})

    def outcome(self, action_id, status, summary=None, **more):
        """Reports how an allowed action ended: succeeded, failed, unknown or rolled_back."""
        body = {"status": status, **({} if summary is None else {"summary": summary}), **more}
        self._object("POST", f"{_ACTIONS}/{action_id}/outcome", body)

    def use_permit(self, permit, tool, params, resource=None, operation=None, audience=None):
        """For the system that executes, with its own key: uses a permit, once and for ever, for exactly this. Returns the receipt.

        Raises PermitRefused for whatever is not permitted, Unavailable when nobody could be asked: do nothing in either case.
        Asks Holdpoint each time, because Python's standard library cannot check an Ed25519 signature by itself."""
        if not isinstance(permit, str) or not permit:
            raise PermitRefused("missing")
        use = {"permit": permit, "tool": tool, "params": params, "resource": resource, "consume": True}
        use.update({name: said for name, said in (("operation", operation), ("audience", audience)) if said is not None})
        text, cause = canonical(use), None
        # One key for one use: after a lost reply it finds the same receipt, and no other use ever does.
        key = secrets.token_hex(16)
        for tries in range(1, 4):
            try:
                reply = self._connection.call("POST", "/api/v1/permits/verify", text, {"Idempotency-Key": key}, OUTCOME_SECONDS)
                body = reply.body
                _sure(reply.status == 200 and isinstance(body, dict), "the answer is no object")
                if body.get("valid") is not True:
                    raise PermitRefused(body["reason"] if isinstance(body.get("reason"), str) else "invalid")
                receipt = body.get("receipt")
                _sure(isinstance(receipt, dict) and isinstance(receipt.get("id"), str) and receipt["id"], "there is no receipt")
                return receipt["id"]
            except _Odd as error:
                raise Unavailable("no answer that can be trusted") from error
            except _Again as error:
                cause = error
                if tries < 3:
                    self._pause(min(2.0, _backoff(tries, error.seconds)))
        raise Unavailable("Holdpoint is out of reach") from cause

    def whoami(self):
        """Who am I: status, containment, scopes, owner."""
        return self._object("GET", "/api/v1/agent")

    def report(self, action_id, status, summary=None):
        """`outcome` with a few tries, never an error: the action itself is done either way. Returns whether it was taken."""
        text = canonical({"status": status, **({} if summary is None else {"summary": summary})})
        for tries in range(1, 5):
            try:
                headers = {"Prefer": MINIMAL}
                reply = self._connection.call("POST", f"{_ACTIONS}/{action_id}/outcome", text, headers, OUTCOME_SECONDS)
                return reply.status in (200, 204)
            except (_Odd, Refused):
                return False
            except _Again as again:
                if tries < 4:
                    self._pause(min(2.0, _backoff(tries, again.seconds)))
        return False

    def _await(self, action, key, timeout_seconds, stop, cancel_on_stop, on_held):
        """The loop of `gate`. Returns the decided answer, and the later of the two clocks: one that is behind must not execute
        late."""
        _check_key(key)
        # What is sent is frozen here: a caller that changes its object while it waits changes nothing.
        text = canonical(action)
        asked = json.loads(text)
        end = math.inf if timeout_seconds is None else self._now() + timeout_seconds
        stopped = stop.is_set if stop is not None else lambda: False
        if stopped():
            raise Unavailable("stopped waiting", key)
        # Who wants to hear of the hold, or to take it back, must know its id at once: the first call does not wait.
        eager = on_held is not None or cancel_on_stop
        action_id, failures, odd = None, 0, 0
        while True:
            left = end - self._now()
            wait = 0 if eager else max(0, int(min(LONGEST_WAIT, left)))
            began, cause = self._now(), None
            try:
                reply = self._ask(text, key, action_id, wait, stop)
                answer = _read_reply(reply, asked, action_id)
                if answer.verdict is not None:
                    return answer, max(self._now(), reply.date)
            except Refused as refused:
                raise Refused(refused.status, refused.code, refused.detail, key) from None
            except _Odd as error:
                odd += 1
                if odd >= ODD_ANSWERS_ENOUGH:
                    raise Unavailable("no answer that can be trusted", key) from error
                failures += 1
                pause, cause = _backoff(failures, None), error
            except _Again as error:
                failures += 1
                pause, cause = _backoff(failures, error.seconds), error
            else:
                held, action_id, failures, odd = action_id is None, answer.id, 0, 0
                if held and on_held is not None:
                    on_held(answer)
                # Sent away early, because too many wait or the server stops: asking again at once would be a busy loop.
                early = not eager and self._now() - began < wait - 0.5
                after = 1 if reply.retry_after is None else reply.retry_after
                pause = _backoff(0, after) if early or left < 1 else 0
            eager = False
            ended = stopped() or self._now() + pause >= end
            if not ended and pause > 0:
                self._pause(pause, stop)
            if ended or stopped():
                if cancel_on_stop:
                    self._take_back(text, asked, key, action_id)
                raise Unavailable("stopped waiting" if stopped() else "not decided in time", key) from cause

    def _take_back(self, text, asked, key, known):
        """A call that was cut may have arrived: the same key tells which action it became. Best effort."""
        try:
            action_id = known or _read_reply(self._ask(text, key, None, 0), asked, None).id
            self.cancel(action_id, "The agent stopped waiting.")
        except (_Again, _Odd, Unavailable):
            pass  # it will be decided or expire without us

    def _pause(self, seconds, stop=None):
        if self._sleep is not None:
            self._sleep(seconds)
        elif stop is not None:
            stop.wait(seconds)
        else:
            time.sleep(seconds)

    def _ask(self, text, key, action_id, wait, stop=None):
        """Submits (`action_id` None) or asks again, waiting at most `wait` seconds at the server."""
        headers = {"Prefer": f"wait={wait}", **({} if key is None else {"Idempotency-Key": key})}
        if action_id is None:
            return self._connection.call("POST", _ACTIONS, text, headers, wait + CALL_SECONDS, stop)
        path = f"{_ACTIONS}/{urllib.parse.quote(action_id, safe='')}"
        return self._connection.call("GET", path, None, headers, wait + CALL_SECONDS, stop)

    def _object(self, method, path, body=None):
        def send():
            reply = self._connection.call(method, path, None if body is None else canonical(body))
            _sure(reply.status == 200 and isinstance(reply.body, dict), "the answer is no object")
            return reply.body

        return self._once(send)

    def _once(self, send, key=None):
        try:
            return send()
        except Refused as refused:
            raise Refused(refused.status, refused.code, refused.detail, key) from None
        except _Again as error:
            raise Unavailable(str(error), key) from error
        except _Odd as error:
            raise Unavailable("no answer that can be trusted", key) from error
