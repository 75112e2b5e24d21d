#!/usr/bin/env bash
# Prints the name of a Python that is new enough and can make environments. The runner's own comes
# first, which a workflow may have chosen with actions/setup-python.
set -euo pipefail

for name in python3 python python3.14 python3.13 python3.12 python3.11 python3.10; do
  if "$name" -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2> /dev/null; then
    echo "$name"
    exit
  fi
done
echo "::error::prep-export needs Python 3.10 or newer, with venv: run actions/setup-python before it" >&2
exit 1
