#!/usr/bin/env bash
# Make .venv with a Python of 3.11 or newer; on Debian, install the venv module when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

python=""
for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and none was found: install python3." >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    bash scripts/install_tools.sh "python$version-venv"
fi
exec "$python" -m venv .venv
