# ggml's CUDA backend alone, as a plugin for the prebuilt libraries of the same release, so that on the GPU machine the
# very libraries, addon and Node code run that users have. node-llama-cpp's own plugin has no code for sm_90.

# nvcc, headers and the libraries to link with, from PyPI's wheels; CMake wants their names without the version.
fetch_toolkit() {
  [ -x "$cuda/bin/nvcc" ] && return
  local wheels wheel name
  wheels="$(mktemp -d)"
  python3 -m pip download -q --no-deps -d "$wheels" nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 \
    nvidia-cuda-crt==13.0.88 nvidia-cuda-cccl==13.0.85 nvidia-cuda-runtime==13.0.96 nvidia-cublas==13.0.2.14 || return
  for wheel in "$wheels"/*.whl; do
    case "$wheel" in
      *cublas*) unzip -q -o "$wheel" 'nvidia/cu13/include/*' nvidia/cu13/lib/libcublas.so.13 -d "$wheels/all" ;;
      *) unzip -q -o "$wheel" -d "$wheels/all" ;;
    esac
  done
  rm -rf "$cuda" && mv "$wheels/all/nvidia/cu13" "$cuda" && rm -rf "$wheels"
  chmod +x "$cuda"/bin/* "$cuda"/nvvm/bin/*
  ln -sfn lib "$cuda/lib64"
  ln -sf libcudart.so.13 "$cuda/lib/libcudart.so"
  ln -sf libcublas.so.13 "$cuda/lib/libcublas.so"
  # The driver's library is in no wheel: its names are enough to link.
  mkdir -p "$cuda/lib/stubs"
  for name in MemUnmap MemSetAccess MemRelease MemMap MemGetAllocationGranularity MemCreate MemAddressReserve \
    MemAddressFree GetErrorString DeviceGetAttribute DeviceGet; do
    echo "int cu$name(void) { return 100; }"
  done | gcc -shared -fPIC -Wl,-soname,libcuda.so.1 -x c - -o "$cuda/lib/stubs/libcuda.so"
}

build_plugin() {
  fetch_toolkit || return
  local build sources
  build="$(dirname "$(dirname "$plugin")")"
  sources="$build/ggml"
  mkdir -p "$sources" && cp -r "$llama/ggml/." "$sources/"
  [ -e "$sources/ggml.pc.in" ] || : > "$sources/ggml.pc.in" # node-llama-cpp's bundle lacks it
  PATH="$cuda/bin:$PATH" cmake -G Ninja -S "$sources" -B "$build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DGGML_BACKEND_DL=ON -DGGML_NATIVE=OFF -DGGML_CPU=OFF -DGGML_CCACHE=OFF -DGGML_BUILD_TESTS=OFF \
    -DGGML_BUILD_EXAMPLES=OFF -DGGML_CUDA=ON -DGGML_CUDA_GRAPHS=ON -DGGML_CUDA_NCCL=OFF -DGGML_CUDA_FA=ON \
    -DGGML_CUDA_FA_QUANTS=f16-f16 -DCMAKE_CUDA_COMPILER="$cuda/bin/nvcc" -DCMAKE_CUDA_ARCHITECTURES=90-real \
    -DCUDAToolkit_ROOT="$cuda" &&
    cmake --build "$build" --parallel "${JOBS:-2}" --target ggml-cuda && link_plugin "$build"
}

# CMake's own link names libggml-base.so.0 and this build's copy of it; the package's has no number.
link_plugin() {
  local objects
  mapfile -t objects < <(find "$1" -name '*.cu.o')
  mkdir -p "$(dirname "$plugin")"
  g++ -shared -fPIC -o "$plugin" "${objects[@]}" "$libraries/libggml-base.so" "$cuda/lib/libcudart.so.13" \
    "$cuda/lib/libcublas.so.13" "$cuda/lib/stubs/libcuda.so" -Wl,--allow-shlib-undefined -Wl,-z,now -ldl -lpthread \
    -lrt && strip --strip-unneeded "$plugin" && ls -l "$plugin" &&
    ! readelf -d "$plugin" | grep -E 'NEEDED.*ggml-base\.so\.[0-9]'
}
