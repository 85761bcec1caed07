#!/usr/bin/env bash
# Runs a command beside one ministack and one DynamoDB Local on free ports of this machine, which end with it.
#   infra/tools/doubles.sh go test ./...
set -u
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestibule-doubles-XXXXXX")
python=.venv/run/bin/python jars=.local/dynamodb-local
read -r aws dynamodb < <("$python" -c '
import socket
ends = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(end.getsockname()[1] for end in ends))')
mkfifo "$dir/leash"

# A double lives until the pipe closes that only this script holds open, so it ends however this script ends.
leashed() {
  name=$1; shift
  ( "$@" </dev/null >"$dir/$name.log" 2>&1 & double=$!
    cat "$dir/leash" >/dev/null
    kill -9 $double; wait $double 2>/dev/null ) &
  watchers="${watchers:-} $!"
}

region=eu-central-1
leashed ministack env GATEWAY_PORT="$aws" BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 AWS_ENDPOINT_URL="http://127.0.0.1:$aws" \
  MINISTACK_REGION=$region AWS_DEFAULT_REGION=$region AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
  SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 DOCKER_HOST=unix:///nonexistent LOG_LEVEL=WARNING TMPDIR="$dir" "$python" -m ministack
leashed dynamodb-local java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.library.path=$jars -cp "$jars/*" \
  software.amazon.dynamodb.services.local.main.ServerRunner -inMemory -disableTelemetry -port "$dynamodb"
exec 9>"$dir/leash"

finish() {
  code=$?
  trap - EXIT
  [ -n "${command:-}" ] && kill -TERM -- "-$command" 2>/dev/null
  exec 9>&-
  wait $watchers 2>/dev/null
  rm -rf "$dir"
  exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

answers() {
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return
    sleep 0.1
  done
  printf '%s did not answer on port %s within 30 seconds; it said:\n' "$1" "$2" >&2
  cat "$dir/$1.log" >&2
  exit 1
}
answers ministack "$aws"
answers dynamodb-local "$dynamodb"

# In a group of its own, so that all that it started can be ended with it.
set -m
VESTIBULE_AWS="http://127.0.0.1:$aws" VESTIBULE_DYNAMODB_LOCAL="http://127.0.0.1:$dynamodb" "$@" 9>&- </dev/null &
command=$!
set +m
wait $command
