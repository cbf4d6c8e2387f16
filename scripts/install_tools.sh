#!/usr/bin/env bash
# Install the named tools from Debian's or Ubuntu's packages where they are missing:
# install_tools.sh chromium postgresql java npm, or a package's name. Needs root or sudo only if something is missing.
set -euo pipefail

has() {
    case "$1" in
        chromium) command -v chromium chromium-browser google-chrome >/dev/null ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null ;;
        java) command -v java >/dev/null ;;
        npm) command -v node >/dev/null && command -v npm >/dev/null ;;
        *) dpkg -s "$1" >/dev/null 2>&1 ;;
    esac
}

packages=()
for tool in "$@"; do
    if ! has "$tool"; then
        case "$tool" in
            java) packages+=(default-jre-headless) ;;
            npm) packages+=(nodejs npm) ;;
            *) packages+=("$tool") ;;
        esac
    fi
done
[ "${#packages[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; }; then
    echo "Missing: ${packages[*]}. Install them (on Debian: sudo apt-get install ${packages[*]}) and run this again." >&2
    exit 1
fi
echo "Installing ${packages[*]}."
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
