#!/bin/sh
# Installs the exact versions of package-lock.json and requirements.txt into this folder, and into bindings/node what
# building our npm package takes.
# Run it as often as you like: when nothing changed it only compares two checksums.
set -eu
cd "$(dirname "$0")"

node -e 'if (parseInt(process.versions.node) < 18) { console.error(`Node 18 or newer is needed, this is ${process.version}`); process.exit(1) }'
python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + sys.version)'

# A folder counts as installed when its stamp holds the checksum of what it was installed from.
installed() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

packages() {
    want=$(cat "$1/package-lock.json" "$1/.npmrc" | sha256sum)
    if ! installed "$1/node_modules/.installed" "$want"; then
        npm ci --prefix "$1" --no-progress --loglevel=error
        echo "$want" > "$1/node_modules/.installed"
    fi
}

packages .
# The compiler that makes our own npm package.
packages ../bindings/node

# A Python of its own for each set of requirements: two versions of Telethon cannot share one.
environment() {
    want=$(sha256sum < "$2")
    if ! installed "$1/.installed" "$want" || ! "$1/bin/python" -c '' 2>/dev/null; then
        python3 -m venv --clear "$1"
        "$1/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$2"
        echo "$want" > "$1/.installed"
    fi
}

environment .venv requirements.txt
environment .venv-telethon-1.28 requirements-telethon-1.28.txt
