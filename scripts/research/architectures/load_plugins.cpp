// The test program expects ggml's backends to be linked in; here they are plugins, so they are
// loaded before it starts.
#include "ggml-backend.h"

namespace {
struct LoadPlugins {
    LoadPlugins() { ggml_backend_load_all_from_path(PLUGIN_DIR); }
} const load_plugins;
}  // namespace
