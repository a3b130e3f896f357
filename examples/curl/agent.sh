#!/bin/sh
# Asks, waits until it is decided, does only what came back, and says how it ended. HOLDPOINT_URL and HOLDPOINT_KEY come from
# the environment. Needs curl, and python3 to read JSON (jq would do as well). Whatever goes wrong ends it, and nothing is sent.
set -eu

key=bill-2026-11 # the same key is the same action, for ever
action='{"tool":"send_money","params":{"recipient":"GB29NWBK60161331926819","amount":"98.70"}}'
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Calls a path. An outage, a 429 and a 503 are asked again as they say; any other refusal ends the script.
call() {
  path=$1
  shift
  curl -sS --fail --max-time 90 --retry 20 --retry-connrefused "$HOLDPOINT_URL$path" \
    -H "Authorization: Bearer $HOLDPOINT_KEY" -H 'Content-Type: application/json' "$@"
}

# Reads a field of the answer, e.g. `field decision.reason`; what is not there is null.
field() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2].split("."):
    value = (value or {}).get(name)
print(value if isinstance(value, str) else json.dumps(value))' "$answer" "$1"
}

call /api/v1/actions -H "Idempotency-Key: $key" -H 'Prefer: wait=0' -d "$action" >"$answer"
id=$(field id)
[ "$(field next_action)" != wait ] || field hold.url # where people decide it
while [ "$(field next_action)" = wait ]; do
  call "/api/v1/actions/$id" -H 'Prefer: wait=60' >"$answer"
done

if [ "$(field outcome)" != null ]; then
  echo "done before: $(field outcome)"
elif [ "$(field decision.verdict)" = allow ] && [ "$(field next_action)" = execute ]; then
  echo "sent $(field params.amount) to $(field params.recipient)" # here your bank is asked, with the params that came back
  call "/api/v1/actions/$id/outcome" -d '{"status":"succeeded"}' >/dev/null
else
  echo "not sent: $(field decision.reason)"
fi
