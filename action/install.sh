#!/usr/bin/env bash
# A folder for this run of the Action, and in it an environment with the version of prep-export that
# stands beside this file. Whatever the workflow has installed for itself is left alone.
set -euo pipefail

python=$("$GITHUB_ACTION_PATH/action/python.sh")
folder=$(mktemp -d "$RUNNER_TEMP/prep-export.XXXXXX")
"$python" -I -m venv "$folder/venv"
# Windows has its programs elsewhere.
for inside in "$folder/venv/bin/python" "$folder/venv/Scripts/python.exe"; do
  if [ -e "$inside" ]; then python=$inside; fi
done
"$python" -I -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH" || {
  echo "::error::prep-export could not be installed: pip says why, above"
  exit 1
}
{
  echo "folder=$folder"
  echo "python=$python"
} >> "$GITHUB_OUTPUT"
