#!/usr/bin/env bash
# Installs what the tests call: sqlite3, redis-server and memcached as oracles, a Chromium, node, and the npm programs
# of tests/tools.
# As root on Debian it installs what is missing; elsewhere it says how to get it, and those tests skip.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

missing=() packages=()
need() { command -v "$1" >/dev/null || { missing+=("$1"); packages+=("${@:2}"); }; }
need sqlite3 sqlite3
need redis-server redis-server redis-tools
need memcached memcached
need xz xz-utils
need node nodejs
need npm npm
command -v chromium >/dev/null || command -v google-chrome >/dev/null || need chromium chromium

give_up() {
  echo "test tools: $1"
  [[ "${CI:-}" == true ]] && exit 1
  return 0
}

if [[ ${#missing[@]} -gt 0 ]]; then
  if [[ -f /etc/debian_version && "$(id -u)" == 0 ]]; then
    echo "test tools: installing ${packages[*]}"
    log="$(mktemp)"
    export DEBIAN_FRONTEND=noninteractive
    if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
        >"$log" 2>&1 </dev/null; then
      tail -5 "$log"
      give_up "could not install ${packages[*]}; the tests that need them skip"
    fi
    rm -f "$log"
  else
    echo "test tools: missing ${missing[*]}; on Debian: sudo apt-get install ${packages[*]} (their tests skip until then)"
  fi
fi

# The npm programs live under artifacts/, so that the source tree stays as it was cloned.
tools=artifacts/test-tools
if command -v npm >/dev/null && ! cmp -s tests/tools/package-lock.json "$tools/.installed"; then
  mkdir -p "$tools"
  cp tests/tools/package.json tests/tools/package-lock.json "$tools/"
  if npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund --loglevel=error \
      >"$tools/install.log" 2>&1 </dev/null; then
    cp tests/tools/package-lock.json "$tools/.installed"
  else
    tail -5 "$tools/install.log"
    give_up "npm ci in tests/tools failed; the tests of the OpenAPI document and the JSON Schema skip"
  fi
fi
