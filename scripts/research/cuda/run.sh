#!/usr/bin/env bash
# Builds the core and its check program on a machine with a CUDA device, from node-llama-cpp's bundle
# and without Node, makes judges of 1B to 8B shape with random weights, and reports what capturing all
# layers costs and how equal the results are. One JSON object a judge, in OUT/results.jsonl.
#
#   scripts/research/cuda/run.sh [--bundle DIR] [--device cuda|vulkan|metal|cpu] [--out DIR]
#                       [--shapes smoke,1b,3b,8b] [--types f16,q8_0,q4_0] [-- OPTIONS]
#
# DIR is a folder with gitRelease.bundle and llama.cpp.info.json: node_modules/node-llama-cpp/llama of
# a checkout where `npm install` ran, or a copy of these two files. Needed: CMake, a C++ compiler, git,
# and for --device cuda the CUDA toolkit. What stands behind -- goes to lager-device-check as it is.
# The 8B shape in F16 takes 16 GB on disk and on the device.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"

bundle="$root/node_modules/node-llama-cpp/llama"
device=cuda
out="$root/build/cuda"
shapes=1b,3b,8b
types=f16,q8_0,q4_0
while [ $# -gt 0 ]; do
  case "$1" in
    --bundle) bundle="$2" ;;
    --device) device="$2" ;;
    --out) out="$2" ;;
    --shapes) shapes="$2" ;;
    --types) types="$2" ;;
    --) shift; break ;;
    *) sed -n '2,14p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

mkdir -p "$out"
out="$(cd "$out" && pwd)"
# CMake looks for the bundle where npm would have put it.
modules="$out/modules/node-llama-cpp"
mkdir -p "$modules/llama"
cp "$bundle/gitRelease.bundle" "$bundle/llama.cpp.info.json" "$modules/llama/"

options=(-DLAGER_LLAMA=source -DLAGER_NODE_MODULES="$out/modules" -DCMAKE_BUILD_TYPE=Release)
case "$device" in
  cuda) options+=(-DGGML_CUDA=ON) ;;
  vulkan) options+=(-DGGML_VULKAN=ON) ;;
  metal) options+=(-DGGML_METAL=ON) ;;
  cpu) ;;
  *) echo "--device is cuda, vulkan, metal or cpu, not $device" >&2; exit 2 ;;
esac
cmake -S "$root" -B "$out/build" "${options[@]}"
cmake --build "$out/build" --parallel "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" --target lager-random-judge --target lager-device-check

programs="$out/build/native/tools"
: > "$out/results.jsonl"
for shape in ${shapes//,/ }; do
  for type in ${types//,/ }; do
    judge="$out/$shape-$type.gguf"
    if [ ! -e "$judge" ]; then
      "$programs/lager-random-judge" "$shape" "$type" "$judge.part"
      mv "$judge.part" "$judge"
    fi
    "$programs/lager-device-check" "$out/build/lib" "$judge" --device "$device" "$@" | tee -a "$out/results.jsonl"
  done
done
