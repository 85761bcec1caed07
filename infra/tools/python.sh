#!/usr/bin/env bash
# Prints a Python that is 3.10 or newer and can make virtual environments.
for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
  path=$(command -v $name) || continue
  if "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo "$path"
    exit 0
  fi
done
echo "Python 3.10 or newer with venv is needed: the local AWS, the SAM CLI and cfn-lint come from PyPI. On Debian: apt-get install python3 python3-venv" >&2
exit 1
