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

import hashlib
import http.client
import json
import math
import os
import random
import re
import threading
import time
import urllib.parse
import uuid
from datetime import datetime, timezone

WAIT_SECONDS = 60
MOST_RETRY_SECONDS = 15.0
_VERDICTS = {
    "held": None, "deferred": None, "allowed": "allow", "approved": "allow", "denied": "deny",
    "rejected": "deny", "expired": "deny", "cancelled": "deny", "contained": "deny",
}


class Denied(Exception):
    """The action may not be done. `for_model` is one safe text to hand to a language model."""

    def __init__(self, status, code, reason, next_action, action_id):
        super().__init__(f"{status}: {reason}")
        self.status, self.code, self.reason = status, code, reason
        self.next_action, self.action_id = next_action, action_id

    @property
    def for_model(self):
        advice = {
            "retry": "It may be asked again later.",
            "revise": "A changed attempt may be asked.",
        }.get(self.next_action, "Do not try it again or work around it.")
        reason = re.sub(r"\s+", " ", self.reason)[:300]
        return f"This action was not allowed ({reason}). It was not done. {advice}"


class Unavailable(Exception):
    """No answer that can be trusted: the action was not run. The same key may be tried again."""

    def __init__(self, message, key):
        super().__init__(message)
        self.key = key


class Refused(Exception):
    """The request itself was refused (problem+json): asking the same again gives the same."""

    def __init__(self, status, code, detail):
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


class _Again(Exception):
    def __init__(self, message, seconds=None):
        super().__init__(message)
        self.seconds = seconds


class _Odd(Exception):
    pass


def _number(value):
    """ECMAScript's form of a number, which RFC 8785 asks for."""
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise TypeError("an integer beyond 2^53 - 1: send it as text")
        return str(value)
    if not math.isfinite(value):
        raise TypeError("not a JSON number")
    if value == 0:
        return "0"
    digits, exponent = f"{value!r}", 0
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
    value.encode("utf-8")  # a lone surrogate is no JSON: UnicodeEncodeError
    return json.dumps(value, ensure_ascii=False)


def canonical(value):
    """RFC 8785 form of a JSON value: what both sides hash."""
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
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_string(name)}:{canonical(value[name])}" for name in names) + "}"
    raise TypeError("not a JSON value")


def digest_of(action):
    """`sha256:` and hex over the canonical form of {params, resource, tool}, resource null if absent."""
    text = canonical({"params": action["params"], "resource": action.get("resource"), "tool": action["tool"]})
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _moment(text):
    return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z")


def read_answer(body, asked, action_id):
    """Checks an answer and believes nothing that does not fit together. Returns its verdict: allow, deny or None (waiting)."""
    if not isinstance(body, dict):
        raise _Odd("the answer is no object")
    status, decision = body.get("status"), body.get("decision", _Odd)
    if not isinstance(status, str) or status not in _VERDICTS:
        raise _Odd("the answer has no known status")
    if not isinstance(body.get("id"), str) or not re.fullmatch(r"act_[0-9A-Z]{26}", body["id"]):
        raise _Odd("the answer names no action")
    if action_id is not None and body["id"] != action_id:
        raise _Odd("the answer is about another action")
    verdict = _VERDICTS[status]
    if (decision is not None) if verdict is None else (not isinstance(decision, dict) or decision.get("verdict") != verdict):
        raise _Odd("status and decision contradict each other")
    if body.get("digest") != digest_of(asked):
        raise _Odd("the answer is about other arguments")
    if not isinstance(body.get("params"), dict):
        raise _Odd("the answer carries no arguments")
    if verdict == "allow":
        returned = digest_of({**asked, "params": body["params"]})
        if body.get("executable_digest") != returned:
            raise _Odd("the returned arguments are not what was decided")
        if (body.get("modified") is True) != (returned != body["digest"]):
            raise _Odd("the answer contradicts itself about changes")
        if body.get("next_action") != "execute" or "enforced" not in body or not isinstance(body.get("execute_by"), str):
            raise _Odd("the answer does not say execute")
        try:
            _moment(body["execute_by"])
        except ValueError as error:
            raise _Odd("the answer has no second clock") from error
    return verdict


class Holdpoint:
    """A client of one Holdpoint, for one agent. The key is never logged."""

    def __init__(self, url=None, key=None, sleep=time.sleep, now=time.time):
        self._url = urllib.parse.urlsplit((url or os.environ.get("HOLDPOINT_URL") or "http://localhost:3000").rstrip("/"))
        self._key = key or os.environ.get("HOLDPOINT_KEY") or ""
        self._sleep, self._now = sleep, now

    def gate(self, action, run, key=None, timeout_seconds=None, stop=None, cancel_on_stop=False):
        """Blocks until decided, then runs `run(params)` once. Raises Denied, Unavailable, Refused, or what `run` raised."""
        key = key or str(uuid.uuid4())
        body = self.decide(action, key, timeout_seconds, stop, cancel_on_stop)
        decision = body["decision"]
        if decision["verdict"] != "allow":
            raise Denied(body["status"], str(decision.get("code", "")), str(decision.get("reason", "")), body.get("next_action", "stop"), body["id"])
        if _moment(body["execute_by"]) <= datetime.fromtimestamp(self._now(), timezone.utc):
            raise Unavailable("the time to execute has passed", key)
        try:
            result = run(body["params"])
        except BaseException as error:
            self.report(body["id"], "failed", type(error).__name__)
            raise
        self.report(body["id"], "succeeded")
        return result

    def decide(self, action, key, timeout_seconds=None, stop=None, cancel_on_stop=False):
        """Submits and waits until it is decided; returns the checked answer, whatever the verdict."""
        end = math.inf if timeout_seconds is None else self._now() + timeout_seconds
        stop = stop or threading.Event()
        action_id, failures = None, 0
        while True:
            left = end - self._now()
            if stop.is_set() or left < 1:
                self._give_up(action_id, key, stop, cancel_on_stop)
            headers = {"Idempotency-Key": key, "Prefer": f"wait={int(min(WAIT_SECONDS, left))}"}
            try:
                if action_id is None:
                    status, body = self._call("POST", "/api/v1/actions", action, headers)
                else:
                    status, body = self._call("GET", f"/api/v1/actions/{action_id}", None, headers)
                if status not in (200, 202):
                    raise _refusal(status, body)
                verdict = read_answer(body, action, action_id)
                if (status == 200) != (verdict is not None):
                    raise _Odd("the HTTP status contradicts the answer")
                if verdict is not None:
                    return body
                action_id, failures = body["id"], 0
            except (_Again, _Odd) as error:
                failures += 1
                if isinstance(error, _Odd) and failures > 3:
                    raise Unavailable("no answer that can be trusted", key) from error
                asked = getattr(error, "seconds", None)
                pause = asked if asked is not None else min(MOST_RETRY_SECONDS, 0.25 * 2**failures)
                if self._now() + pause >= end:
                    self._give_up(action_id, key, stop, cancel_on_stop)
                self._sleep(pause * (0.5 + random.random() / 2))

    def cancel(self, action_id, reason=None):
        """Takes a waiting action back."""
        return self._plain("POST", f"/api/v1/actions/{action_id}/cancel", {} if reason is None else {"reason": reason})

    def get(self, action_id):
        """One action as it stands, without waiting."""
        return self._plain("GET", f"/api/v1/actions/{action_id}", None, {"Prefer": "wait=0"})

    def list(self, **filters):
        """The agent's own actions, newest first."""
        return self._plain("GET", "/api/v1/actions?" + urllib.parse.urlencode(filters))

    def whoami(self):
        """Who am I: status, containment, scopes, owner."""
        return self._plain("GET", "/api/v1/agent")

    def report(self, action_id, status, summary=None):
        """Reports how an allowed action ended: a few tries, best effort."""
        body = {"status": status, **({} if summary is None else {"summary": summary})}
        for attempt in range(4):
            try:
                return self._call("POST", f"/api/v1/actions/{action_id}/outcome", body)[0] == 200
            except _Odd:
                return False
            except _Again:
                self._sleep(0.25 * 2**attempt)
        return False

    def _give_up(self, action_id, key, stop, cancel_on_stop):
        if action_id is not None and cancel_on_stop:
            try:
                self.cancel(action_id, "The agent stopped waiting.")
            except Exception:  # noqa: BLE001 - giving up must not fail on top of it
                pass
        raise Unavailable("stopped waiting" if stop.is_set() else "not decided in time", key)

    def _plain(self, method, path, body=None, headers=None):
        status, answer = self._call(method, path, body, headers or {})
        if status not in (200, 202):
            raise _refusal(status, answer)
        return answer

    def _call(self, method, path, body, headers=None):
        secure = self._url.scheme == "https"
        connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(self._url.netloc, timeout=WAIT_SECONDS + 30)
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            data = canonical(body).encode("utf-8")
        try:
            connection.request(method, self._url.path + path, body=data, headers=sent)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise _Again("Holdpoint cannot be reached") from error
        finally:
            connection.close()
        if response.status >= 500 or response.status == 429:
            after = response.headers.get("Retry-After", "")
            raise _Again(f"HTTP {response.status}", min(int(after), 60) if after.isdigit() else None)
        if not re.match(r"application/(problem\+)?json\b", response.headers.get("Content-Type", ""), re.I):
            raise _Odd("the answer is no JSON")
        try:
            return response.status, json.loads(text.decode("utf-8"))
        except ValueError as error:
            raise _Odd("the answer is cut or no JSON") from error


def _refusal(status, body):
    if status >= 400 and isinstance(body, dict) and "code" in body and "detail" in body:
        return Refused(status, str(body["code"]), str(body["detail"]))
    return _Odd(f"HTTP {status} without a problem")
