#!/usr/bin/env bash
# T63: who has the sources can tell whether a deployed function was built from them. What `make build` has made is made once more,
# in a folder of another name and with nothing that was compiled before, and must be equal byte by byte.
set -eu
function=${1:-PortalFunction}
there=$(mktemp -d "${TMPDIR:-/tmp}/another-folder-XXXXXX")
trap 'rm -rf "$there"' EXIT
cp -R go.mod go.sum Makefile functions shared "$there"
mkdir "$there/out"
GOCACHE="$there/cache" make -s -C "$there" "build-$function" ARTIFACTS_DIR="$there/out" >/dev/null
if ! cmp ".aws-sam/build/$function/bootstrap" "$there/out/bootstrap"; then
  echo "two builds of $function differ: $(go version -m ".aws-sam/build/$function/bootstrap" "$there/out/bootstrap" | grep -v dep)"
  exit 1
fi
echo "two builds of $function are equal: $(sha256sum <"$there/out/bootstrap" | cut -c -16)"
