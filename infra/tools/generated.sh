#!/usr/bin/env bash
# Fails when the code that is generated from openapi.yaml is not what is committed.
set -eu
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
cp go.mod "$fresh" # the generator looks into it for the version of Go
root=$PWD generator=$(go tool -n -modfile=infra/tools/go.mod oapi-codegen)
code=0
for config in functions/*/oapi.yaml; do
  function=$(basename "$(dirname "$config")")
  (cd "$fresh" && "$generator" -config "$root/$config" "$root/openapi.yaml") # writes api.gen.go where it stands
  if ! diff -u "functions/$function/api.gen.go" "$fresh/api.gen.go" >"$fresh/diff" 2>&1; then
    echo "functions/$function/api.gen.go is not what openapi.yaml generates; run: go generate ./functions/$function"
    head -n 20 "$fresh/diff"
    code=1
  fi
done
exit $code
