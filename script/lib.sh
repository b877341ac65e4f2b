# Shared by the scripts of this folder; sourced, never run.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VAR="$(realpath -m "${CANTONNIER_VAR:-$ROOT/var}")"
export CANTONNIER_VAR="$VAR"
PYTHON="$ROOT/.venv/bin/python"
cd "$ROOT"

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

# Runs a command as root, or says which one a person has to run.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    else fail "This needs an administrator once. Please run:  sudo $*"; fi
}

apt_updated=
install_packages() {
    command -v apt-get >/dev/null || fail "Please install with your system's package manager: $*"
    say "Installing Debian packages: $*"
    if [ -z "$apt_updated" ]; then
        as_root apt-get -o DPkg::Lock::Timeout=600 update -qq || say "apt-get update failed; trying with the lists at hand"
        apt_updated=1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "$@" >&2
}

# The newest PostgreSQL of this machine that has PostGIS, or nothing.
postgres_bin() {
    local control version
    for control in $(ls -d /usr/share/postgresql/*/extension/postgis.control 2>/dev/null | sort -Vr); do
        version="${control#/usr/share/postgresql/}"; version="${version%%/*}"
        if [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then echo "/usr/lib/postgresql/$version/bin"; return; fi
    done
}
