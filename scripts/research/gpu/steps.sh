#!/usr/bin/env bash
# The three steps of a trial on a GPU machine: steps.sh check|speed|product. `run.sh` beside this file's sources says
# what each needs. Results lie under $OUT as JSON Lines, and each step ends with a table of them; its exit status tells
# whether all that it tried went well. Nothing is compiled, but where the carried plugin does not load.
#
# The variables below are for other machines and for the dry run.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
packed="$(dirname "$here")"
work="${TRIAL_WORK:-/tmp/lager-trial}"
OUT="${OUT:-$work/out}"
device="${TRIAL_DEVICE:-cuda}"        # or vulkan, or cpu
shapes="${TRIAL_SHAPES:-1b 3b 8b}"    # of judges with random weights; see lager-random-judge
largest="${TRIAL_LARGEST:-8b}"        # the shape whose settings are compared
types="${TRIAL_TYPES:-q4_k f16}"
tokens="${TRIAL_TOKENS:-512}"         # of a prompt
prompts="${TRIAL_PROMPTS:-32}"        # timed at once
parallel="${TRIAL_PARALLEL:-1,4,16,32}"
seconds="${TRIAL_SECONDS:-170}"       # after which `speed` begins nothing more
items="${TRIAL_ITEMS:-600}"           # that the product scores
at_once="${TRIAL_AT_ONCE:-4}"         # tiny judges
threads="${TRIAL_THREADS:-0}"         # 0: one a core
say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
failures=0

# shellcheck source=build-there.sh
source "$here/build-there.sh"

uncompress() {
  if command -v xz > /dev/null; then xz -dc "$1"; else
    python3 -c 'import lzma, shutil, sys
shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer, 1 << 20)' "$1"
  fi
}

# Unpacks what was carried, finds CUDA's libraries, and puts the judge together once all its parts are here.
make_ready() {
  mkdir -p "$work" "$OUT"
  [ -e "$work/bin/lager-device-check" ] || uncompress "$packed/core/core.tar.xz" | tar x -C "$work"
  unpack_once plugin/plugin.xz libggml-cuda.so
  unpack_once product/vulkan.xz libggml-vulkan.so
  local folders=() name file
  if [ "$device" = cuda ]; then
    for name in libcudart.so.13 libcublas.so.13 libcuda.so.1; do
      file="$(find_library "$name")"
      if [ -n "$file" ]; then folders+=("$(dirname "$file")"); else say "there is no $name"; fi
    done
  fi
  LD_LIBRARY_PATH="$work/lib:$(IFS=:; echo "${folders[*]-}"):${LD_LIBRARY_PATH-}"
  export LD_LIBRARY_PATH
  join_judge
  say "ready; CUDA's libraries in ${folders[*]-no folder}; the judge is $([ -e "$work/judge.gguf" ] && echo whole || echo 'not whole yet')"
}

unpack_once() { [ -e "$work/$2" ] || [ ! -e "$packed/$1" ] || uncompress "$packed/$1" > "$work/$2"; }

find_library() {
  local known
  known="$(ldconfig -p 2> /dev/null | awk -v name="$1" '$1 == name { print $NF; exit }')"
  if [ -n "$known" ]; then echo "$known"; else
    find /opt /usr/local /usr/lib -name "$1" -not -path '*/stubs/*' 2> /dev/null | head -1
  fi
}

join_judge() {
  local part
  for part in 1 2 3; do
    [ ! -e "$packed/judge$part/judge.part" ] || cp "$packed/judge$part/judge.part" "$work/judge.$part"
  done
  [ ! -e "$work/judge.gguf" ] && [ -e "$packed/core/judge.sha256" ] || return 0
  cat "$work"/judge.[123] > "$work/judge.try" 2> /dev/null
  [ "$(sha256sum < "$work/judge.try" | cut -d' ' -f1)" != "$(cat "$packed/core/judge.sha256")" ] ||
    mv "$work/judge.try" "$work/judge.gguf"
}

# What kind of machine it is, and which of the plugin's libraries it lacks.
probe() {
  {
    nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.sm --format=csv,noheader
    nvidia-smi | sed -n 3,4p
    nproc; lscpu | grep -E 'Model name'; free -g | sed -n 2p; df -h /tmp /dev/shm
    command -v nvcc g++ xz python3 node; nvcc --version | tail -2; ldd --version | head -1
    ldd "$work/libggml-cuda.so" | grep -E 'not found|cuda|cublas'
  } > "$OUT/probe.txt" 2>&1
  head -4 "$OUT/probe.txt"
  grep 'not found' "$OUT/probe.txt"
}

# RESULTS LABEL JUDGE [OPTIONS]: one judge through lager-device-check. Its line goes to a file, its failure too.
measure() {
  local results="$OUT/$1" label="$2" judge="$3" with=(--device "$device") said status
  shift 3
  [ "$device" = cpu ] || with+=(--plugin "$work/libggml-$device.so")
  [ "$threads" = 0 ] || with+=(--threads "$threads")
  said="$(mktemp)"
  timeout "${limit:-60}" "$work/bin/lager-device-check" "$work/lib" "$judge" "${with[@]}" "$@" > "$said" 2> "$said.error"
  status=$?
  python3 "$here/table.py" line "$label" $status "$said" "$said.error" >> "$results"
  rm -f "$said" "$said.error"
  return $status
}
export -f measure

# Judges with random weights, in memory where it holds them all; all at once, in the background.
make_judges() {
  local free shape type
  free=$(df -k --output=avail /dev/shm 2> /dev/null | tail -1)
  judges="$work/judges"
  if [ "${free:-0}" -gt 40000000 ]; then judges=/dev/shm/lager-trial; fi
  mkdir -p "$judges"
  for shape in $shapes; do
    for type in $types; do
      [ -e "$judges/$shape-$type.gguf" ] || {
        "$work/bin/lager-random-judge" "$shape" "$type" "$judges/$shape-$type.part" &&
          mv "$judges/$shape-$type.part" "$judges/$shape-$type.gguf"
      } &
    done
  done
}

make_tiny_judges() {
  [ -d "$work/tiny" ] && return
  uncompress "$1/vocabularies.tar.xz" | tar x -C "$work"
  "$work/bin/make_tiny_gguf" "$work/vocabularies" "$work/tiny" > /dev/null 2>&1
}

# Does the plugin load and agree with the CPU, on tiny judges of every kind of head and on real shapes?
check() {
  make_ready
  [ "$device" = cpu ] || probe
  make_judges
  wait
  local first="$judges/${shapes%% *}-${types%% *}.gguf" shape type
  local brief=(--tokens 128 --prompts 2 --repetitions 1 --parallel 2)
  if ! measure check.jsonl "loads" "$first" "${brief[@]}"; then
    say "the plugin does not work; building one"
    { [ "$device" = cuda ] && build_there && measure check.jsonl "loads, built there" "$first" "${brief[@]}"; } || return
  fi
  say "the plugin works"
  make_tiny_judges "$packed/sources"
  export here work OUT device LD_LIBRARY_PATH
  find "$work/tiny" -name '*.gguf' | grep -vE 'lora-|split-0000[23]|not-a|truncated|embedding' | sort |
    threads=2 limit=30 xargs -P "$at_once" -I{} bash -c 'measure tiny.jsonl "$(basename "$1" .gguf)" "$1" --tokens 160 \
      --prompts 4 --repetitions 1 --parallel 4 --cpu-prompts 2 --cpu-tokens 96' _ {} || failures=$((failures + 1))
  say "tiny judges: $(wc -l < "$OUT/tiny.jsonl")"
  limit=90
  for shape in $shapes; do
    for type in $types; do
      measure check.jsonl "$shape-$type" "$judges/$shape-$type.gguf" --tokens "$tokens" --prompts "$prompts" \
        --repetitions 3 --parallel 4,16 --cpu-prompts 1 || failures=$((failures + 1))
      say "$shape-$type"
    done
  done
}

# How fast with which settings? In order of worth, until the time is up.
speed() {
  make_ready
  make_judges
  wait
  local until=$((SECONDS + seconds)) flash batch type shape
  limit=60
  try() {
    [ $SECONDS -lt $until ] || { say "no time for $1 flash $2 batch $3"; return; }
    measure speed.jsonl "$1 flash $2 batch $3" "$judges/$1.gguf" --flash "$2" --batch "$3" --tokens "$tokens" \
      --prompts "$prompts" --repetitions 2 --parallel "$parallel" --cpu-prompts 0 || failures=$((failures + 1))
    say "$1 flash $2 batch $3"
  }
  for flash in 1 0; do for batch in 512 2048; do try "$largest-q4_k" $flash $batch; done; done
  for flash in 1 0; do try "$largest-f16" $flash 2048; done
  for shape in $shapes; do
    [ "$shape" = "$largest" ] || for type in $types; do try "$shape-$type" 1 2048; done
  done
  for batch in 1024 4096; do try "$largest-q4_k" 1 $batch; done
}

# Does the package itself work there: on the CPU, on the GPU alone and in packs, and with its bits fixed?
product() {
  make_ready
  unpack_once product/node.xz node && chmod +x "$work/node"
  if [ ! -d "$work/lager" ]; then
    uncompress "$packed/product/product.tar.xz" | tar x -C "$work"
    cp "$work"/lib/* "$work/lager/build/lib/"
  fi
  judge="$work/judge.gguf"
  if [ ! -e "$judge" ]; then
    say "there is no real judge; a tiny one is taken"
    make_tiny_judges "$packed/product"
    judge="$work/tiny/qwen2-bpe.gguf"
  fi
  gpu="$device"
  [ "$device" = cpu ] && gpu=off
  export LAGER_GPU_PLUGIN="$work/libggml-$device.so" LAGER_HOME="$work/home"
  lager doctor --gpu "$gpu" --judge "$judge" 2>&1 | tee "$OUT/doctor.txt" | head -30
  runs="$work/runs"
  mkdir -p "$runs"
  make_items
  score cpu --gpu off --exact
  if [ "$gpu" = off ]; then
    score cpu-again --gpu off --limit "$((items / 2))"
  else
    score_on_gpu
  fi
  tar cz -C "$work" -f "$OUT/runs.tar.gz" runs
}

lager() { "$work/node" "$work/lager/dist/cli/main.js" "$@"; }

# The example's answers over and over, each time to another question.
make_items() {
  "$work/node" -e '
    const fs = require("node:fs");
    const [, source, count, target] = process.argv;
    const rows = fs.readFileSync(source, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const items = Array.from({ length: Number(count) }, (_, i) => {
      const row = rows[i % rows.length];
      const instruction = `Question ${Math.floor(i / 3)}. ${row.instruction}`;
      return JSON.stringify({ ...row, id: `${row.id} ${i}`, instruction });
    });
    fs.writeFileSync(`${target}/items.jsonl`, `${items.join("\n")}\n`);
    fs.writeFileSync(`${target}/turned.jsonl`, `${items.reverse().join("\n")}\n`);
  ' "$work/lager/examples/quickstart.jsonl" "$items" "$work"
}

# NAME [OPTIONS]: scores the items, in the order of $order.
score() {
  local name="$1" begin=$SECONDS status
  shift
  timeout 100 "$work/node" "$work/lager/dist/cli/main.js" score "$work/${order:-items}.jsonl" \
    --task "$work/lager/examples/quickstart.yaml" --judge "$judge" -o "$runs/$name.jsonl" --force --format csv \
    "$@" > /dev/null 2> "$runs/$name.log"
  status=$?
  say "$name: exit status $status after $((SECONDS - begin)) s, $(wc -l < "$runs/$name.jsonl") lines"
  [ $status -eq 0 ] || { tail -3 "$runs/$name.log"; failures=$((failures + 1)); }
}

score_on_gpu() {
  local count
  for count in 1 16 auto; do
    score "gpu-$count" --gpu "$gpu" --parallel "$count"
    lager diff "$runs/cpu.jsonl" "$runs/gpu-$count.jsonl" 2>&1 | head -12
  done
  score gpu-16-fast --gpu "$gpu" --parallel 16 --fast
  # The same bits in another order, or the option does not keep its promise.
  score gpu-exact --gpu "$gpu" --exact
  order=turned score gpu-exact-turned --gpu "$gpu" --exact
  lager diff "$runs/gpu-exact.jsonl" "$runs/gpu-exact-turned.jsonl" || failures=$((failures + 1))
  [ -d "$packed/product/loaders" ] || return
  local package
  for package in "$packed"/product/loaders/*.deb; do dpkg -x "$package" /; done
  ldconfig
  LAGER_GPU_PLUGIN="$work/libggml-vulkan.so" score vulkan --gpu vulkan --parallel 16
}

case "${1:-}" in
  check | speed | product) "$1" || failures=$((failures + 1)) ;;
  *) echo "usage: steps.sh check|speed|product" >&2; exit 2 ;;
esac
python3 "$here/table.py" show "$OUT"
[ $failures -eq 0 ] || { say "$1: $failures of what was tried failed"; exit 1; }
