#include "core/cpu_variant.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/names.h"
#include "core/error.h"
#include "core/log.h"
#include "ggml-backend.h"

namespace lager {
namespace {

namespace fs = std::filesystem;

// Name of the variant that a file is; empty for any other file.
std::string variant_of(const fs::path & file) {
    std::string name = file.stem().string();
    if (name.compare(0, 3, "lib") == 0) {
        name.erase(0, 3);
    }
    const std::string start = "ggml-cpu-";
    const std::string extension = file.extension().string();
    const bool is_library = extension == ".so" || extension == ".dll" || extension == ".dylib";
    return is_library && name.compare(0, start.size(), start) == 0 ? name.substr(start.size()) : "";
}

std::vector<fs::path> plugins_in(const std::string & directory) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end; entry.increment(failed)) {
        if (!variant_of(entry->path()).empty()) {
            files.push_back(entry->path());
        }
    }
    return files;
}

std::vector<std::string> variants_of(const std::vector<fs::path> & files) {
    std::vector<std::string> names;
    for (const fs::path & file : files) {
        names.push_back(variant_of(file));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

void load_cpu_variant(const std::string & directory, const std::string & name) {
    const std::vector<fs::path> files = plugins_in(directory);
    const auto file =
        std::find_if(files.begin(), files.end(), [&](const fs::path & each) { return variant_of(each) == name; });
    if (file == files.end()) {
        const std::string known = joined(variants_of(files), ", ");
        throw Error(ErrorCode::invalid_argument,
                    "LAGER_CPU_VARIANT is \"" + visible_bytes(name) + "\"; " +
                        (known.empty() ? "there are no variants of the CPU plugin in " + directory + ": leave it out"
                                       : "it must be one of " + known));
    }
    // ggml asks the plugin whether the processor has its instructions, and loads none that it has not.
    if (ggml_backend_load(file->string().c_str()) == nullptr) {
        throw Error(ErrorCode::backend_unavailable,
                    "LAGER_CPU_VARIANT is " + name +
                        ", whose instructions this processor does not have. Leave it out: the best variant is " +
                        "chosen without it");
    }
}

}  // namespace lager
