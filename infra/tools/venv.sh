#!/usr/bin/env bash
# Makes the virtual environment .venv/NAME hold exactly what a list pins, unless it does already.
#   infra/tools/venv.sh run infra/tools/requirements.txt
set -eu
home=.venv/$1 list=$2
sum=$(sha256sum "$list" | cut -d ' ' -f 1)
# infra/local reads and writes the same note.
[ "$(cat "$home/installed" 2>/dev/null)" = "$sum" ] && exit 0
python=$("$(dirname "$0")/python.sh")
rm -rf "$home"
"$python" -m venv "$home"
# The lists are complete, and pip before 24 stumbles over some of their names when it looks for more.
"$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$list"
printf %s "$sum" >"$home/installed"
