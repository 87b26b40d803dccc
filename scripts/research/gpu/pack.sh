# What is carried to the GPU machine, in folders of build/gpu/:
#   core      the steps, check programs and libraries, which every step needs
#   plugin    the CUDA plugin, where it was built
#   sources   vocabularies for tiny judges, and ggml's CUDA sources, should the plugin not load there
#   product   Node, the package with what it depends on, node-llama-cpp's Vulkan plugin
#   judge1–3  a real judge in three parts, each as large as the portion that it goes with allows

portions=("core plugin sources judge1" "core judge2" "core product judge3")
portion_bytes=$((62 * 1048576)) # of 64 MiB, with some room

# Standard input into a file. `preset`: xz's, 0 to 9.
compress() { xz -T2 --x86 --lzma2="preset=${preset:-6},dict=64MiB" -c > "$1"; }

pack() {
  local stage
  stage="$(mktemp -d)"
  rm -rf "$packed"
  mkdir -p "$packed"/{core,plugin,sources,product,judge1,judge2,judge3}
  { pack_core && pack_sources && pack_product && pack_judge; } || { rm -rf "$stage"; return 1; }
  rm -rf "$stage"
  local portion names
  for portion in "${portions[@]}"; do
    read -ra names <<< "$portion"
    printf '%-28s %5.1f MiB with the tree\n' "$portion" "$(in_mebibytes $(($(folder_bytes "${names[@]}") + $(tree_bytes))))"
  done
}

pack_core() {
  local name
  mkdir -p "$stage/core/bin" "$stage/core/lib"
  cp "$scripts"/{steps,build-there}.sh "$scripts/table.py" "$packed/core/"
  for name in lager-device-check lager-random-judge; do
    cp "$root/build/native/tools/$name" "$stage/core/bin/" || return
  done
  cp "$root/build/native/test/make_tiny_gguf" "$stage/core/bin/" || return
  strip "$stage"/core/bin/*
  cp "$libraries"/libggml* "$libraries"/libllama* "$stage/core/lib/" || return
  tar c -C "$stage/core" . | compress "$packed/core/core.tar.xz" || return
  if [ -e "$plugin" ]; then compress "$packed/plugin/plugin.xz" < "$plugin"; fi
}

pack_sources() {
  local name
  mkdir -p "$stage/vocabularies"
  for name in bert-bge deepseek-coder gpt-2 llama-spm phi-3 qwen2; do
    cp "$llama/models/ggml-vocab-$name.gguf" "$stage/vocabularies/" || return
  done
  tar c -C "$stage" vocabularies | compress "$packed/sources/vocabularies.tar.xz" || return
  tar c --exclude=.git -C "$llama" ggml/include ggml/src/ggml-cuda \
    ggml/src/ggml-{common,impl,backend-impl,threading,quants}.h | compress "$packed/sources/ggml.tar.xz"
}

# As `npm run packages` publishes it, with what it depends on: nothing is installed there.
pack_product() {
  local vulkan="$root/node_modules/@node-llama-cpp/linux-x64-vulkan/bins/linux-x64-vulkan/libggml-vulkan.so"
  local lager="$stage/lager"
  mkdir -p "$lager/build/lib"
  cp -r "$root"/{dist,data,examples,package.json} "$lager/" || return
  cp "$libraries/lager.node" "$lager/build/lib/" && strip --strip-unneeded "$lager/build/lib/lager.node" || return
  (cd "$root" && dependency_folders | tar c --exclude='*.map' --exclude='*.d.ts' --exclude='*.md' -T -) | tar x -C "$lager"
  find "$lager/dist" \( -name '*.map' -o -name '*.d.ts' \) -delete
  tar c -C "$stage" lager | compress "$packed/product/product.tar.xz" || return
  compress "$packed/product/node.xz" < "$(command -v node)" || return
  if [ -e "$vulkan" ]; then compress "$packed/product/vulkan.xz" < "$vulkan" || return; fi
  cp "$packed/sources/vocabularies.tar.xz" "$packed/product/"
  if [ -d "$root/build/gpu-loaders" ]; then cp -r "$root/build/gpu-loaders" "$packed/product/loaders"; fi
}

# The folders of what the package depends on, and of what that depends on.
dependency_folders() {
  node -e '
    const { packages } = require("./package-lock.json");
    const names = Object.keys(require("./package.json").dependencies);
    const seen = new Set(names);
    for (const name of names) {
      const { dependencies, optionalDependencies } = packages[`node_modules/${name}`] ?? {};
      for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) {
        if (!seen.has(next)) names.push(next);
        seen.add(next);
      }
    }
    const folders = names.map((name) => `node_modules/${name}`);
    console.log(folders.filter((folder) => require("node:fs").existsSync(folder)).join("\n"));'
}

pack_judge() {
  local judge="${LAGER_JUDGE:-${LAGER_HOME:-$HOME/.cache/lager-judge}/models/smollm2-135m.gguf}"
  [ -e "$judge" ] || { echo "no judge to carry along: the product is tried with a tiny one"; return; }
  sha256sum < "$judge" | cut -d' ' -f1 > "$packed/core/judge.sha256"
  local size at=0 part room names
  size=$(stat -c %s "$judge")
  for part in 1 2 3; do
    read -ra names <<< "${portions[part - 1]}"
    room=$((portion_bytes - $(folder_bytes "${names[@]}") - $(tree_bytes)))
    [ $room -gt 0 ] && [ $at -lt "$size" ] || continue
    tail -c +$((at + 1)) "$judge" | head -c $room > "$packed/judge$part/judge.part"
    at=$((at + room))
  done
  [ $at -ge "$size" ] || echo "the judge does not fit: $((size - at)) bytes are left over" >&2
}

folder_bytes() { (cd "$packed" && du -cb "$@" | tail -1 | cut -f1); }
# Of the tracked files, which travel with every portion.
tree_bytes() { (cd "$root" && git ls-files -z | du -cb --files0-from=- | tail -1 | cut -f1); }
in_mebibytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1048576 }'; }
