#include "kernels/set_choice.h"

#include <algorithm>
#include <stdexcept>

#include "base/names.h"

namespace lager::kernels {
namespace {

const std::string variable = "LAGER_KERNELS";

}  // namespace

int choose_set(const char * wanted, const std::vector<SetChoice> & sets, const std::vector<std::string> & features) {
    const std::string name = wanted == nullptr ? "" : wanted;
    if (name == "off") {
        return -1;
    }
    if (!name.empty() && name != "avx2" && name != "avx512") {
        throw std::invalid_argument(variable + " is \"" + name + "\"; it must be off, avx2 or avx512");
    }
    const auto has = [&](const std::string & feature) { return contains(features, feature); };
    for (size_t s = 0; s < sets.size(); ++s) {
        const bool fits = std::all_of(sets[s].features.begin(), sets[s].features.end(), has);
        if (fits && (name.empty() || name == sets[s].name)) {
            return static_cast<int>(s);
        }
    }
    if (name.empty()) {
        return -1;
    }
    for (const SetChoice & set : sets) {
        if (name == set.name) {
            throw std::invalid_argument(variable + " is " + name + ", which needs " + joined(set.features, " ") +
                                        "; the CPU plugin in use has " + joined(features, " ") +
                                        ". Leave it out: the best kernels are chosen without it");
        }
    }
    throw std::invalid_argument(variable + " is " + name +
                                ", but this build of the package has no such kernels. Leave it out");
}

}  // namespace lager::kernels
