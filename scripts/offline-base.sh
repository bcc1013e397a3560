#!/bin/sh
# Makes a base image without an image registry: offline-base.sh <tag>
# Debian bookworm with Python 3 and git by debootstrap, plus the Node binary of this checkout; about 35 s.
# Needs root, a Debian mirror and the docker command. EVOLVER_PROVISION=0 forbids installing debootstrap.
set -eu
tag=${1:?usage: offline-base.sh <tag>}
root=$(cd "$(dirname "$0")/.." && pwd)
node=$root/node_modules/node/bin/node

fail() { echo "offline-base: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "must be root to make an image with debootstrap; pull node:24-bookworm-slim instead"
[ -x "$node" ] || fail "no Node binary at $node; run npm install"
command -v docker >/dev/null || fail "the docker command is missing; install docker.io"
if ! command -v debootstrap >/dev/null; then
  [ "${EVOLVER_PROVISION:-1}" != 0 ] && command -v apt-get >/dev/null || fail "debootstrap is missing; apt-get install debootstrap"
  echo "installing debootstrap"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap
fi

# The host's own mirror is the one known to be reachable; only a Debian one will do.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
  sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]*\/debian)\/?( .*)?$/\3/p' | head -n 1)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/evolver-base.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
chmod 755 "$work"
echo "debootstrap of bookworm from ${mirror:-its default mirror}"
debootstrap --variant=minbase --include=python3,git,ca-certificates bookworm "$work" \
  ${mirror:+"$mirror"} >"$work.log" 2>&1 || {
  tail -n 20 "$work.log" >&2
  fail "debootstrap failed; its log is $work.log"
}
rm -rf "$work.log" "$work"/var/cache/apt/archives/*.deb "$work"/var/lib/apt/lists/*
install -D -m 755 "$node" "$work/usr/local/bin/node"
echo "importing it as $tag"
tar -C "$work" -c . | docker import --change 'LABEL evolver=1' --change 'CMD ["/bin/bash"]' - "$tag" >/dev/null
