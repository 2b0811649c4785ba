#!/bin/sh
# Makes .venv, or brings it up to date, from requirements.lock (every package pinned and hashed).
# Does nothing, in well under a second, when it is already right. PYTHON=/path/to/python chooses the interpreter.
# `setup_venv.sh FOLDER LOCK` makes another environment from another lock.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-.venv}
lock=${2:-requirements.lock}
venv=$(pwd)/$folder

wanted="$venv $(cat "$lock" pyproject.toml tools/setup_venv.sh | cksum)"
if [ -f "$venv/.ready" ] && [ "$(cat "$venv/.ready")" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }
python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if usable "$candidate"; then python=$candidate; break; fi
    done
fi
if [ -z "$python" ] || ! usable "$python"; then
    echo "set-up: Python 3.11 to 3.14 is needed, found ${python:-none that fits}. Install one, or say PYTHON=/path/to/python." >&2
    exit 2
fi
echo "set-up: $("$python" --version) -> $folder, $(grep -c '^[a-z0-9].*==' "$lock") pinned packages (a minute or two the first time)"
rm -rf "$venv"
if ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "set-up: $python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv." >&2
    exit 2
fi
"$venv/bin/python" -m pip --quiet --quiet install --disable-pip-version-check --no-compile --require-hashes --only-binary :all: -r "$lock"
"$venv/bin/python" -m pip --quiet --quiet install --disable-pip-version-check --no-deps --no-build-isolation --editable .
# Byte code now, on all cores, rather than in the first report.
"$venv/bin/python" -m compileall -q -j 0 "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" >/dev/null 2>&1 || true
# The simulator's kernels likewise: half a minute now rather than in the first report.
"$venv/bin/python" -m nija_research.simulate.warm || true
printf '%s' "$wanted" > "$venv/.ready"
echo "set-up: done"
