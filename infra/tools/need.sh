#!/usr/bin/env bash
# Says what is missing on this machine and how to get it, before something fails halfway.
#   infra/tools/need.sh go java
set -u
failed=0

miss() { printf '%s\n' "$*" >&2; failed=1; }

# least WANTED HAVE: whether version HAVE is WANTED or newer
least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

has() { command -v "$1" >/dev/null 2>&1; }

for tool in "$@"; do
  case $tool in
    go)
      have=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//')
      least 1.26 "${have:-0}" || miss "Go 1.26 or newer is needed (here: ${have:-none}). How to install it: https://go.dev/doc/install" ;;
    cc)
      has "$(go env CC 2>/dev/null || echo cc)" || miss "A C compiler is needed, because the race detector is linked with it. On Debian: apt-get install gcc libc6-dev" ;;
    python)
      "$(dirname "$0")/python.sh" >/dev/null || failed=1 ;;
    node)
      have=$(node --version 2>/dev/null | sed 's/^v//')
      least 20.19 "${have:-0}" && has npm || miss "Node.js 20.19 or newer with npm is needed (here: ${have:-none}): axe-core and the linter of openapi.yaml come from npm. How to install it: https://nodejs.org" ;;
    java)
      have=$(java -version 2>&1 | sed -n 's/.*version "\([0-9.]*\).*/\1/p')
      least 17 "${have:-0}" && has mvn || miss "Java 17 or newer and Maven are needed (here: Java ${have:-none}): Amazon's DynamoDB Local runs on it. On Debian: apt-get install openjdk-17-jre-headless maven" ;;
    chromium)
      for name in chromium chromium-browser google-chrome; do has $name && continue 2; done
      miss "Chromium is needed for the tests of the pages. On Debian: apt-get install chromium (make does it when it runs as root)" ;;
    aws)
      aws --version >/dev/null 2>&1 || miss "The AWS CLI is needed. How to install it: https://docs.aws.amazon.com/cli/" ;;
    *)
      miss "need.sh does not know $tool" ;;
  esac
done
exit $failed
