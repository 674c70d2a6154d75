# Functions that .ci/quick, .ci/run and .ci/nightly share. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzz_targets=(read_pbf load_road read_list opening_hours geocode)

for tool in cargo cc; do
  command -v "$tool" >/dev/null || { echo "$0 needs $tool (rustup.rs; apt-get install gcc libc6-dev)" >&2; exit 2; }
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
skipped=()

# step NAME COMMAND…: runs the command and prints how long it took; ends the script if the command fails.
step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  "$@" || { printf '== %s FAILED after %d s\n' "$name" $((SECONDS - began)) >&2; exit 1; }
  printf '== %s: %d s\n' "$name" $((SECONDS - began))
}

# skip NAME REASON: records a step that could not be run; the script lists it at its end.
skip() {
  printf '\n!!! %s was not run: %s !!!\n' "$1" "$2" >&2
  skipped+=("$1")
}

# finish: the last lines of a script.
finish() {
  ((${#skipped[@]} == 0)) || printf '\nNot run: %s.\n' "$(IFS=';'; echo "${skipped[*]}")"
  printf '\nAll that was run passed, in %d s.\n' "$SECONDS"
}

# may_install WHAT: whether WHAT may be installed on this machine. Yes where CI=true or BEATPLAN_CI_INSTALL=1;
# otherwise a person at a terminal is asked, and no terminal means no.
may_install() {
  [[ ${CI:-} == true || ${BEATPLAN_CI_INSTALL:-} == 1 ]] && return 0
  [[ -t 0 && -t 2 ]] || return 1
  local answer=
  read -r -p "Install $1 on this machine? [y/N] " answer || return 1
  [[ $answer == [yY]* ]]
}

# apt_install PACKAGE…: installs packages of Debian or Ubuntu, if this is such a system and may_install agrees.
apt_install() {
  command -v apt-get >/dev/null && may_install "the packages $*" || return 1
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

has_qgis() {
  /usr/bin/python3 -c 'import qgis.core, osgeo' 2>/dev/null && command -v ogrinfo >/dev/null && return 0
  apt_install python3-qgis qgis-providers gdal-bin python3-gdal && /usr/bin/python3 -c 'import qgis.core, osgeo'
}

has_java() {
  command -v java >/dev/null || apt_install default-jre-headless
}

# Python packages go into a temporary environment, so nobody need be asked.
has_python_packages() {
  python3 -m venv "$out/venv" && "$out/venv/bin/pip" install -q osmium==4.3.2 pyspark==3.5.9 fsspec==2026.9.0
}

has_fuzzing() {
  command -v c++ >/dev/null || { echo "no C++ compiler (apt-get install g++)" >&2; return 1; }
  cargo +nightly --version >/dev/null 2>&1 \
    || { may_install "the nightly toolchain" && rustup toolchain install nightly --profile minimal; } || return 1
  cargo fuzz --version >/dev/null 2>&1 \
    || { may_install "cargo-fuzz" && cargo install cargo-fuzz --locked; }
}

# tests_that_need_shared: runs the ignored tests whose data lies beside the repository, in ../shared or BEATPLAN_SHARED.
tests_that_need_shared() {
  local tests=(cargo test --locked --lib --test it -- --ignored needs_shared)
  if [[ -d ${BEATPLAN_SHARED:-../shared}/data ]]; then
    step "tests that need ../shared" "${tests[@]}"
  else
    skip "tests that need ../shared" "there is no such folder; $("${tests[@]}" --list | grep -c ': test$') tests were ignored"
  fi
}

# Starting inputs for each fuzz target, in folders of their own.
fuzz_seeds() {
  local target seed
  for target in "${fuzz_targets[@]}"; do mkdir -p "$out/seeds/$target" "$out/found/$target"; done
  cp fuzz/seeds/*.osm.pbf "$out/seeds/read_pbf"
  for seed in fuzz/seeds/*.osm.pbf; do
    target/release/beatplan network build "$seed" -o "$out/seeds/load_road/$(basename "$seed" .osm.pbf).road" || return 1
  done
  head -n 80 data/county/authority.csv >"$out/seeds/read_list/gb18030.csv"
  head -n 40 data/malta/prospects.csv >"$out/seeds/read_list/utf8.csv"
  cp data/county/customers.xlsx "$out/seeds/read_list"
  split -l 1 fuzz/seeds/opening-hours.txt "$out/seeds/opening_hours/"
  split -l 1 fuzz/seeds/addresses.txt "$out/seeds/geocode/"
}

# fuzz SECONDS: feeds damaged input to each target for SECONDS, two targets at once. An input that breaks the program stays in
# fuzz/artifacts.
fuzz() {
  cargo +nightly fuzz build --codegen-units 16 || return 1
  fuzz_seeds || return 1
  printf '%s\n' "${fuzz_targets[@]}" | xargs -P 2 -I TARGET bash -c '
    RAYON_NUM_THREADS=1 cargo +nightly fuzz run --codegen-units 16 TARGET "$1/found/TARGET" "$1/seeds/TARGET" -- \
      -max_total_time="$2" -rss_limit_mb=1024 -timeout=20 -print_final_stats=1 >"$1/TARGET.log" 2>&1 || touch "$1/TARGET.failed"
  ' fuzz "$out" "$1"
  local target failed=0
  for target in "${fuzz_targets[@]}"; do
    if [[ -e "$out/$target.failed" ]]; then
      tail -n 60 "$out/$target.log" >&2
      failed=1
    else
      grep -a "number_of_executed_units" "$out/$target.log" | sed "s/^stat::/$target: /" || failed=1
    fi
  done
  return "$failed"
}

# drill KILLS: kills a batch of 12 territories KILLS times, and plans the same night on Spark.
drill() {
  if has_java && has_python_packages; then
    step "territories for a night" "$out/venv/bin/python" benches/nights/make_territories.py "$out/night" --count 12
    step "the fault drill" tests/drill/drill.py --beatplan target/release/beatplan --territories "$out/night/territories" \
      --out "$out/drill" --kills "$1"
    step "a night on Spark" "$out/venv/bin/python" spark/test_nightly.py --beatplan target/release/beatplan \
      --night "$out/night"
  else
    skip "the fault drill and Spark" "Java or Python packages are missing"
  fi
}
