#!/usr/bin/env bash
# What the README promises to somebody who has just cloned: `npm ci && npm start` in an empty place serves a gateway
# that answers with a demo key, takes a file of observations, and stops when it is asked to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ask=$PWD/.ci/ask.mjs

folder=$(mktemp -d)
clone=$folder/clone
log=$folder/npm-start.log
gateway=

finish() {
  # Its own process group: npm, its shell and the gateway, however far they came.
  if [ -n "$gateway" ]; then kill -KILL -- "-$gateway" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 143' INT TERM

mkdir "$clone"
if [ -z "$(git status --porcelain)" ]; then
  git archive HEAD | tar -x -C "$clone"
else
  echo 'The tree has changes: copying its files as they are instead of the last commit.'
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
    tar -c --null -T - | tar -x -C "$clone"
fi

# A newcomer has set none of the gateway's variables.
unset NODE_ENV DATABASE_URL DATABASE_REPLICA_URLS REDIS_URL API_KEY_PEPPER OPERATOR_KEY DEMO_DATA MIGRATE_ON_START HOST
PORT=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export PORT

cd "$clone"
npm ci
setsid npm start >"$log" 2>&1 </dev/null &
gateway=$!

fail() {
  echo "newcomer: $1. What npm start printed:"
  cat "$log"
  exit 1
}

node "$ask" "http://127.0.0.1:$PORT" "$log" "$gateway" || fail 'the questions were not answered as promised'

# "Observations of your own", as the README shows it, but for the port.
KEY=$(grep -o 'edg_test_[0-9A-Za-z]*' "$log" | head -1)
export KEY
awk '/^## Observations of your own/ { found = 1 } found && /^```sh/ { inside = 1; next } inside && /^```/ { exit } inside' README.md |
  sed -e "s#127.0.0.1:4000#127.0.0.1:$PORT#" -e "s#--key [$]KEY#& --url http://127.0.0.1:$PORT#" >"$folder/own.sh"
answer=$(bash -euo pipefail "$folder/own.sh") || fail 'the import of the README failed'
grep -q '"name":"spo2","kind":"numeric","observation_count":10000' <<<"$answer" || fail "the import of the README answered $answer"
echo 'newcomer: imported a file and asked for the variables'

kill -TERM "$gateway"
# A gateway that does not stop must not keep CI waiting: it is killed, and the exit code says so.
for _ in $(seq 30); do
  kill -0 "$gateway" 2>/dev/null || break
  sleep 1
done
kill -KILL -- "-$gateway" 2>/dev/null || true
code=0
wait "$gateway" || code=$?
gateway=
[ "$code" -eq 0 ] || fail "npm start ended with exit code $code after SIGTERM"
echo 'newcomer: started, answered and stopped'
