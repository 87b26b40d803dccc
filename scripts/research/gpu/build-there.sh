# ggml's CUDA backend with nvcc and g++ alone, on the GPU machine, where the carried plugin does not load. It has been
# compiled so, never linked.
build_there() {
  local build="$work/build" sources nvcc flags keys values runtime blas
  mkdir -p "$build/objects" && uncompress "$packed/sources/ggml.tar.xz" | tar x -C "$build"
  sources="$build/ggml/src/ggml-cuda"
  nvcc="$(command -v nvcc || find /usr/local /opt -path '*/bin/nvcc' 2> /dev/null | head -1)"
  [ -n "$nvcc" ] || { say "there is no nvcc"; return 1; }
  flags=(-std=c++17 -O3 -DNDEBUG -DGGML_BACKEND_BUILD -DGGML_BACKEND_DL -DGGML_BACKEND_SHARED -DGGML_SHARED
    -DGGML_CUDA_USE_GRAPHS '-DGGML_CUDA_FA_QUANTS="f16-f16"' -DGGML_SCHED_MAX_COPIES=4 -D_GNU_SOURCE
    "-I$build/ggml/src" "-I$build/ggml/include" -arch=sm_90 -Xcompiler=-fPIC -use_fast_math -extended-lambda -w)
  for keys in F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0; do
    for values in F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0; do
      flags+=("-DGGML_CUDA_FA_${keys}_$values=$([ $keys$values = F16F16 ] && echo 1 || echo 0)")
    done
  done
  compile() {
    local object="$1/$(basename "$2").o"
    shift
    [ -e "$object" ] || { "${@:2}" -c "$1" -o "$object.part" && mv "$object.part" "$object"; } || echo "FAILED $1"
  }
  export -f compile
  # The slowest first, so that none is left alone at the end.
  {
    ls "$sources"/template-instances/fattn-mma*.cu "$sources"/{argsort,binbcast,mmvq}.cu
    ls "$sources"/template-instances/{fattn-tile,mmq,mmf}*.cu "$sources"/template-instances/fattn-vec-instance-f16-f16.cu
    find "$sources" -maxdepth 1 -name '*.cu' | grep -vE '/(argsort|binbcast|mmvq)\.cu'
  } | xargs -P "$(nproc)" -I{} bash -c 'compile "$@"' _ "$build/objects" {} "$nvcc" "${flags[@]}" > "$build/log" 2>&1
  say "compiled $(find "$build/objects" -name '*.o' | wc -l) files; failed: $(grep -c FAILED "$build/log")"
  grep -m3 -B3 FAILED "$build/log"
  runtime="$(find_library libcudart.so.13)"
  blas="$(find_library libcublas.so.13)"
  g++ -shared -fPIC -o "$work/libggml-cuda.so.part" "$build"/objects/*.o "$work/lib/libggml-base.so" "$runtime" "$blas" \
    -Wl,--allow-shlib-undefined -Wl,-z,lazy -ldl -lpthread -lrt && mv "$work/libggml-cuda.so.part" "$work/libggml-cuda.so"
}
