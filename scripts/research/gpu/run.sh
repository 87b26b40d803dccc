#!/usr/bin/env bash
# Tries lager-judge on a machine with one NVIDIA GPU, CUDA 13 and Python, that may have no network, no Node and no
# llama.cpp. What it needs is packed here, in portions of at most 64 MiB with the tree, and carried there:
#
#   npm run gpu -- plugin     builds ggml's CUDA plugin for sm_90; no GPU needed, 15 minutes of two cores
#   npm run gpu -- pack       makes build/gpu/: see below; says how large each portion is
#   npm run gpu -- dry-run    packs aside, and runs the three steps on that: here, on the CPU, with small shapes, in
#                             about a minute
#
# There, in the root of the tree, one right after the other (what one unpacks the next ones use):
#
#   bash build/gpu/core/steps.sh check     with core, plugin, sources and judge1: about 150 s
#   bash build/gpu/core/steps.sh speed     with core and judge2: about 190 s
#   bash build/gpu/core/steps.sh product   with core, product and judge3: about 100 s
#
# Needed here: a built checkout, xz, and for the plugin CMake, Ninja and pip. `LAGER_JUDGE` is the judge that is
# carried along in three parts (default: the default judge, where it was fetched). For Vulkan on real hardware put the
# loaders (libvulkan1, libegl1, libglvnd0, libopengl0, libgl1, libglx0, libgles2) as .deb files into
# build/gpu-loaders/ before `pack`.
set -uo pipefail
scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$scripts/../../.." && pwd)"

cuda="$root/build/cuda-toolkit"
plugin="$root/build/cuda-plugin/bin/libggml-cuda.so"
packed="$root/build/gpu"
libraries="$root/build/lib"
llama="$(find "$root/build" -maxdepth 1 -name 'llama.cpp-v*' 2> /dev/null | head -1)"

# shellcheck source=plugin.sh
source "$scripts/plugin.sh"
# shellcheck source=pack.sh
source "$scripts/pack.sh"

# The steps as they run on the GPU machine, with what they would find there.
dry_run() {
  local status=1 work
  work="$(mktemp -d)"
  packed="$work/packed"
  preset=0 pack && TRIAL_DEVICE=cpu TRIAL_WORK="$work" OUT="$work/out" TRIAL_SHAPES=smoke TRIAL_LARGEST=smoke TRIAL_TOKENS=160 \
    TRIAL_PROMPTS=4 TRIAL_PARALLEL=1,4 TRIAL_ITEMS=12 TRIAL_SECONDS=60 TRIAL_AT_ONCE=1 TRIAL_THREADS=1 \
    bash -c 'for step in check speed product; do bash "$1" $step || exit; done' _ "$packed/core/steps.sh"
  status=$?
  rm -rf "$work"
  [ $status -eq 0 ] && echo "the dry run went well" || echo "the dry run failed" >&2
  return $status
}

case "${1:-}" in
  plugin) build_plugin ;;
  pack) pack ;;
  dry-run) dry_run ;;
  *) sed -n '2,22p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
