# Functions of ./dev. Sourced with the repository root as the current folder.

# Checked: optimized as Release, with the expensive invariants (TERCEL_CHECKED) compiled in.
config=Checked config_folder=checked
test_projects=(Tercel.Tests Tercel.Scenarios)
results=artifacts/test-results

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# On a build server no build node may outlive the command.
if [[ "${CI:-}" == true ]]; then export MSBUILDDISABLENODEREUSE=1; fi

build() {
  local target="${1:-Tercel.slnx}" log=artifacts/build.log
  command -v dotnet >/dev/null || { echo "dev: needs the .NET 10 SDK (https://dotnet.microsoft.com/download)" >&2; exit 69; }
  mkdir -p artifacts
  if ! dotnet build "$target" -c "$config" -v q --nologo >"$log" 2>&1 </dev/null; then
    grep -E ': (error|warning) ' "$log" | sort -u | head -40 || tail -40 "$log"
    echo "build: failed ($target)"
    exit 1
  fi
  echo "build: ok ($target, $config, ${SECONDS}s)"
}

# The executable of a test project. Closed stdin and a time bound: a hanging test must not hang the build server.
test_program() {
  local project="$1"; shift
  local bound=()
  command -v timeout >/dev/null && bound=(timeout --kill-after=10 1200)
  # The shell of macOS takes an empty list for an unset variable.
  ${bound[@]+"${bound[@]}"} dotnet "artifacts/bin/$project/$config_folder/$project.dll" -noLogo -noColor -noAutoReporters "$@" </dev/null
}

# Runs one project and adds its numbers to passed, failed and skipped.
run_project() {
  local project="$1"; shift
  local log="$results/$project.log" code=0 line total fail skip idle
  mkdir -p "$results"
  test_program "$project" "$@" >"$log" 2>&1 || code=$?
  grep -vE '^ *(Discovering|Discovered|Starting|Finished):|^=== TEST EXECUTION|^ +Tercel\.[A-Za-z]+ +Total:' "$log" || true
  line="$(grep -E "^ +$project +Total:" "$log" || true)"
  if [[ -z "$line" ]]; then
    echo "$project: ended without a summary (exit code $code); see $log"
    failed=$((failed + 1))
    return
  fi
  number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$line"; }
  total=$(number Total) fail=$(( $(number Failed) + $(number Errors) )) skip=$(number Skipped) idle=$(number 'Not Run')
  passed=$((passed + total - $(number Failed) - skip - idle)) failed=$((failed + fail)) skipped=$((skipped + skip))
  if [[ $code -ne 0 && $fail -eq 0 ]]; then
    echo "$project: exit code $code although no test failed; see $log"
    failed=$((failed + 1))
  fi
}

run_tests() {
  local project passed=0 failed=0 skipped=0
  for project in "${test_projects[@]}"; do run_project "$project" "$@"; done
  echo "tests: $passed passed, $failed failed, $skipped skipped"
  [[ $failed -eq 0 && $passed -gt 0 ]]
}

run_tidy() {
  local passed=0 failed=0 skipped=0
  run_project Tercel.Tests -namespace 'Tercel.Tests.Repository'
  [[ $failed -eq 0 && $passed -gt 0 ]] || { echo "tidy: failed"; exit 1; }
  echo "tidy: ok ($passed checks)"
}

run_fuzzers() {
  local project passed=0 failed=0 skipped=0
  export TERCEL_FUZZ_SECONDS="$1"
  for project in "${test_projects[@]}"; do run_project "$project" -class '*FuzzTests'; done
  echo "fuzz: $passed passed, $failed failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
}
