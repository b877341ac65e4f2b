# Shared by the scripts of this folder; sourced, never run.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VAR="$(realpath -m "${CANTONNIER_VAR:-$ROOT/var}")"
export CANTONNIER_VAR="$VAR"
PYTHON="$ROOT/.venv/bin/python"
cd "$ROOT"

say() { printf '\033[1m▸ %s\033[0m\n' "$*" >&2; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

can_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# A dot for every eight lines read: the sign of life of whatever is too talkative.
dots() { awk 'NR % 8 == 0 { printf "." > "/dev/stderr"; fflush("/dev/stderr") } END { print "" > "/dev/stderr" }'; }

# Installs Debian packages; says which command to run where this user may not.
install_packages() {
    command -v apt-get >/dev/null || fail "Please install with your system's package manager: $*"
    can_be_root || fail "An administrator has to install packages once. Please run, then try again:
    sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    say "Installing Debian packages: $*"
    as_root apt-get -o DPkg::Lock::Timeout=600 update -qq || say "apt-get update failed; trying with the lists at hand"
    local log; log="$(mktemp)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Options::=--force-confold install -y -q --no-install-recommends "$@" 2>&1 | tee "$log" | dots \
        || { tail -30 "$log" >&2; fail "Debian's packages could not be installed; the whole log is $log"; }
    rm -f "$log"
}

# The newest PostgreSQL of this machine that has PostGIS, or nothing.
postgres_bin() {
    local control version
    for control in $(ls -d /usr/share/postgresql/*/extension/postgis.control 2>/dev/null | sort -Vr); do
        version="${control#/usr/share/postgresql/}"; version="${version%%/*}"
        if [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then echo "/usr/lib/postgresql/$version/bin"; return; fi
    done
}
