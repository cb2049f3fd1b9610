#!/usr/bin/env bash
# ./dev bench api|cache [--quick] [...]: installs what the peers need (as root on Debian), builds, measures.
# ./dev bench load PORT OPERATION [...]: the cache's load generator alone.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

case "${1:-}" in
  api) tools=(wrk:wrk sqlite3:sqlite3 node:nodejs npm:npm g++:g++ make:make go:golang-go) ;;
  cache) tools=(redis-server:redis-server memcached:memcached xz:xz-utils) ;;
  load) tools=() ;;
  *) echo "usage: ./dev bench api|cache [--quick] [--rounds N] [--seconds N] [--servers a,b] | load" >&2; exit 64 ;;
esac

missing=()
for pair in ${tools[@]+"${tools[@]}"}; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
if [[ "$1" == api ]]; then
  [[ -d /usr/share/gocode/src/github.com/gin-gonic/gin ]] || missing+=(golang-github-gin-gonic-gin-dev)
  [[ -d /usr/share/gocode/src/github.com/mattn/go-sqlite3 ]] || missing+=(golang-github-mattn-go-sqlite3-dev)
  missing+=(${missing[@]+libsqlite3-dev})
fi
if [[ ${#missing[@]} -gt 0 ]]; then
  if [[ -f /etc/debian_version && "$(id -u)" == 0 ]]; then
    echo "bench: installing ${missing[*]}"
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1
  else
    echo "bench: missing ${missing[*]}; on Debian: sudo apt-get install ${missing[*]}"
  fi
fi

dotnet build bench/Tercel.Bench -c Release -v q --nologo >artifacts/bench-build.log 2>&1 </dev/null \
  || { grep ': error ' artifacts/bench-build.log | sort -u; exit 1; }
exec dotnet artifacts/bin/Tercel.Bench/release/Tercel.Bench.dll "$@"
