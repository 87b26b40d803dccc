# Finds llama.cpp: headers from the git bundle that node-llama-cpp carries, libraries prebuilt from
# the platform's @node-llama-cpp package or built from the same bundle. Nothing comes from a source
# host. Sets LAGER_LLAMA_VERSION and the target `lager_llama`, fills LAGER_OUTPUT_DIR.

set(LAGER_LLAMA_DEFAULT "auto")
if(DEFINED ENV{LAGER_LLAMA})
  set(LAGER_LLAMA_DEFAULT "$ENV{LAGER_LLAMA}")
endif()
set(LAGER_LLAMA "${LAGER_LLAMA_DEFAULT}" CACHE STRING "auto | prebuilt | source")
if(NOT LAGER_LLAMA MATCHES "^(auto|prebuilt|source)$")
  message(FATAL_ERROR "LAGER_LLAMA is \"${LAGER_LLAMA}\"; it must be auto, prebuilt or source.")
endif()
set(LAGER_NODE_MODULES "${CMAKE_SOURCE_DIR}/node_modules" CACHE PATH "Where node-llama-cpp is installed")
# Another release's sources and libraries, or another platform's: see scripts/build/cross-build.mjs.
if(NOT LAGER_NODE_LLAMA)
  set(LAGER_NODE_LLAMA "${LAGER_NODE_MODULES}/node-llama-cpp/llama")
endif()

if(NOT EXISTS "${LAGER_NODE_LLAMA}/gitRelease.bundle")
  message(FATAL_ERROR "${LAGER_NODE_LLAMA}/gitRelease.bundle is not there. Run `npm install` first.")
endif()

# --- headers -----------------------------------------------------------------------------------
file(READ "${LAGER_NODE_LLAMA}/llama.cpp.info.json" LAGER_BUNDLE_INFO)
string(JSON LAGER_HEADER_RELEASE GET "${LAGER_BUNDLE_INFO}" tag)
set(LAGER_LLAMA_SOURCE "${CMAKE_BINARY_DIR}/llama.cpp-${LAGER_HEADER_RELEASE}")
if(NOT EXISTS "${LAGER_LLAMA_SOURCE}/include/llama.h")
  find_package(Git REQUIRED)
  file(REMOVE_RECURSE "${LAGER_LLAMA_SOURCE}")
  execute_process(
    COMMAND "${GIT_EXECUTABLE}" -c advice.detachedHead=false clone --quiet
            "${LAGER_NODE_LLAMA}/gitRelease.bundle" "${LAGER_LLAMA_SOURCE}"
    COMMAND_ERROR_IS_FATAL ANY)
endif()
# The release as the sources themselves state it; llama_version() returns the same string, with a
# "-dev" behind it when it was not built from a tagged checkout.
file(READ "${LAGER_LLAMA_SOURCE}/CMakeLists.txt" LAGER_LLAMA_CMAKE)
foreach(part MAJOR MINOR PATCH)
  if(NOT LAGER_LLAMA_CMAKE MATCHES "LLAMA_VERSION_${part} ([0-9]+)")
    message(FATAL_ERROR "llama.cpp ${LAGER_HEADER_RELEASE} does not state LLAMA_VERSION_${part}.")
  endif()
  set(LAGER_VERSION_${part} "${CMAKE_MATCH_1}")
endforeach()
set(LAGER_LLAMA_VERSION "${LAGER_VERSION_MAJOR}.${LAGER_VERSION_MINOR}.${LAGER_VERSION_PATCH}")

# --- the platform's prebuilt package -----------------------------------------------------------
string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" LAGER_PROCESSOR)
if(LAGER_PROCESSOR MATCHES "^(x86_64|amd64)$")
  set(LAGER_ARCH x64)
elseif(LAGER_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(LAGER_ARCH arm64)
elseif(LAGER_PROCESSOR MATCHES "^armv7")
  set(LAGER_ARCH armv7l)
else()
  set(LAGER_ARCH "${LAGER_PROCESSOR}")
endif()
if(APPLE)
  set(LAGER_PACKAGE "mac-${LAGER_ARCH}")
  if(LAGER_ARCH STREQUAL "arm64")
    set(LAGER_PACKAGE "mac-arm64-metal")
  endif()
elseif(WIN32)
  set(LAGER_PACKAGE "win-${LAGER_ARCH}")
else()
  set(LAGER_PACKAGE "linux-${LAGER_ARCH}")
endif()
if(NOT LAGER_PREBUILT_DIR)
  set(LAGER_PREBUILT_DIR "${LAGER_NODE_MODULES}/@node-llama-cpp/${LAGER_PACKAGE}/bins/${LAGER_PACKAGE}")
endif()

# Why the prebuilt libraries cannot be used; empty when they can.
set(LAGER_PREBUILT_PROBLEM "")
set(LAGER_LIBRARY_RELEASE "")
if(NOT EXISTS "${LAGER_PREBUILT_DIR}/_nlcBuildMetadata.json")
  set(LAGER_PREBUILT_PROBLEM "no package @node-llama-cpp/${LAGER_PACKAGE} is installed")
else()
  file(READ "${LAGER_PREBUILT_DIR}/_nlcBuildMetadata.json" LAGER_METADATA)
  string(JSON LAGER_LIBRARY_RELEASE GET "${LAGER_METADATA}" buildOptions llamaCpp release)
  if(NOT LAGER_LIBRARY_RELEASE STREQUAL LAGER_HEADER_RELEASE)
    set(LAGER_PREBUILT_PROBLEM
        "headers are llama.cpp ${LAGER_HEADER_RELEASE}, but the libraries of @node-llama-cpp/${LAGER_PACKAGE} are ${LAGER_LIBRARY_RELEASE}")
  elseif(WIN32 AND NOT LAGER_IMPORT_LIBRARIES)
    set(LAGER_PREBUILT_PROBLEM "the Windows packages carry no import libraries to link against")
  endif()
endif()
if(LAGER_LLAMA STREQUAL "prebuilt" AND LAGER_PREBUILT_PROBLEM)
  message(FATAL_ERROR "LAGER_LLAMA=prebuilt: ${LAGER_PREBUILT_PROBLEM}. Use LAGER_LLAMA=source to build llama.cpp from node-llama-cpp's bundle.")
endif()

add_library(lager_llama INTERFACE)
target_include_directories(lager_llama SYSTEM INTERFACE
  "${LAGER_LLAMA_SOURCE}/include" "${LAGER_LLAMA_SOURCE}/ggml/include")

if(NOT LAGER_LLAMA STREQUAL "source" AND NOT LAGER_PREBUILT_PROBLEM)
  # --- prebuilt: link, and copy beside the addon ------------------------------------------------
  set(LAGER_PREBUILT ON)
  message(STATUS "llama.cpp ${LAGER_HEADER_RELEASE}: prebuilt libraries of @node-llama-cpp/${LAGER_PACKAGE}")
  # MinGW's names would have a prefix, those of the Windows package have none.
  if(WIN32)
    set(LAGER_LIBRARY_PREFIX "")
  else()
    set(LAGER_LIBRARY_PREFIX "lib")
  endif()
  # With the backend's name before the release where it has one: libllama.metal.v0.5.0.dylib.
  file(GLOB LAGER_LIBRARIES
    "${LAGER_PREBUILT_DIR}/${LAGER_LIBRARY_PREFIX}llama.*${LAGER_LIBRARY_RELEASE}${CMAKE_SHARED_LIBRARY_SUFFIX}"
    "${LAGER_PREBUILT_DIR}/${LAGER_LIBRARY_PREFIX}ggml.*${LAGER_LIBRARY_RELEASE}${CMAKE_SHARED_LIBRARY_SUFFIX}"
    "${LAGER_PREBUILT_DIR}/${LAGER_LIBRARY_PREFIX}ggml-base${CMAKE_SHARED_LIBRARY_SUFFIX}")
  list(LENGTH LAGER_LIBRARIES LAGER_LIBRARY_COUNT)
  if(NOT LAGER_LIBRARY_COUNT EQUAL 3)
    message(FATAL_ERROR "@node-llama-cpp/${LAGER_PACKAGE} lacks libllama, libggml or libggml-base of ${LAGER_LIBRARY_RELEASE}.")
  endif()
  file(GLOB LAGER_PLUGINS "${LAGER_PREBUILT_DIR}/${LAGER_LIBRARY_PREFIX}ggml-*" "${LAGER_PREBUILT_DIR}/*.metal")
  file(MAKE_DIRECTORY "${LAGER_OUTPUT_DIR}")
  file(COPY ${LAGER_LIBRARIES} ${LAGER_PLUGINS} DESTINATION "${LAGER_OUTPUT_DIR}")
  if(WIN32)
    target_link_libraries(lager_llama INTERFACE ${LAGER_IMPORT_LIBRARIES})
  else()
    foreach(library IN LISTS LAGER_LIBRARIES)
      get_filename_component(name "${library}" NAME)
      target_link_libraries(lager_llama INTERFACE "${LAGER_OUTPUT_DIR}/${name}")
    endforeach()
  endif()

  # The metadata could be wrong: ask the library itself before anything is built on it, where it runs.
  if(NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR)
    try_run(LAGER_VERSION_RC LAGER_VERSION_COMPILED
      "${CMAKE_BINARY_DIR}/version-check" "${CMAKE_SOURCE_DIR}/native/cmake/print_version.cpp"
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${LAGER_LLAMA_SOURCE}/include;${LAGER_LLAMA_SOURCE}/ggml/include"
      LINK_LIBRARIES ${LAGER_LIBRARIES}
      COMPILE_OUTPUT_VARIABLE LAGER_VERSION_LOG
      RUN_OUTPUT_VARIABLE LAGER_LIBRARY_VERSION)
    if(NOT LAGER_VERSION_COMPILED OR NOT LAGER_VERSION_RC EQUAL 0)
      message(FATAL_ERROR "The libraries of @node-llama-cpp/${LAGER_PACKAGE} cannot be linked here:\n${LAGER_VERSION_LOG}${LAGER_LIBRARY_VERSION}")
    endif()
    string(REGEX MATCH "^[0-9]+\\.[0-9]+\\.[0-9]+" LAGER_LIBRARY_VERSION "${LAGER_LIBRARY_VERSION}")
    if(NOT LAGER_LIBRARY_VERSION STREQUAL LAGER_LLAMA_VERSION)
      message(FATAL_ERROR "Headers are llama.cpp ${LAGER_LLAMA_VERSION}, but the libraries say that they are ${LAGER_LIBRARY_VERSION}.")
    endif()
  endif()
else()
  # --- from source: options such as -DGGML_CUDA=ON pass through --------------------------------
  message(STATUS "llama.cpp ${LAGER_HEADER_RELEASE}: built from node-llama-cpp's bundle (${LAGER_PREBUILT_PROBLEM})")
  set(BUILD_SHARED_LIBS ON CACHE BOOL "" FORCE)
  foreach(part COMMON TESTS TOOLS EXAMPLES SERVER APP)
    set(LLAMA_BUILD_${part} OFF CACHE BOOL "" FORCE)
  endforeach()
  set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${LAGER_OUTPUT_DIR}")
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${LAGER_OUTPUT_DIR}")
  set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
  add_subdirectory("${LAGER_LLAMA_SOURCE}" "${CMAKE_BINARY_DIR}/llama" EXCLUDE_FROM_ALL)
  target_link_libraries(lager_llama INTERFACE llama ggml)
  unset(CMAKE_LIBRARY_OUTPUT_DIRECTORY)
  unset(CMAKE_RUNTIME_OUTPUT_DIRECTORY)
endif()
