#pragma once

#include <algorithm>
#include <string>
#include <vector>

// Lists of names: of a processor's features, of kernels, of plugins.

namespace lager {

inline bool contains(const std::vector<std::string> & names, const std::string & name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

inline std::string joined(const std::vector<std::string> & names, const std::string & separator) {
    std::string text;
    for (const std::string & name : names) {
        text += (text.empty() ? "" : separator) + name;
    }
    return text;
}

}  // namespace lager
