#!/bin/sh
# Runs one of the project's scripts with the Node that the project brings, and first installs
# what is missing: the npm packages. Works from any older Node that has npm.
set -eu
cd "$(dirname "$0")/.."
node=node_modules/node/bin/node
if [ ! -x "$node" ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing the npm packages (once; about a minute) ..." >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
exec "$node" "$@"
