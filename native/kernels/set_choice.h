#pragma once

#include <string>
#include <vector>

namespace lager::kernels {

// A set of kernels that was built, and the features that a CPU plugin, and so its processor, must have for it.
struct SetChoice {
    const char * name;  // as LAGER_KERNELS has it; several variants may share one
    std::vector<std::string> features;
};

// Index of the set to use; -1: none. `wanted` is the value of LAGER_KERNELS, null where it is not set; the sets are
// those that were built, the best first; `features` are the plugin's. Throws std::invalid_argument.
int choose_set(const char * wanted, const std::vector<SetChoice> & sets, const std::vector<std::string> & features);

}  // namespace lager::kernels
