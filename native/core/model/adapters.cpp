#include "core/model/adapters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/log.h"
#include "core/model/adapter_file.h"

namespace lager {
namespace {

// Loads of one more copy at another address, when llama.cpp would apply them in another order.
constexpr int most_tries = 64;

}  // namespace

void Adapters::load(llama_model * model, const std::vector<AdapterOptions> & options,
                    const std::vector<std::string> & shards, const std::string & architecture) {
    if (options.size() > most) {
        throw Error(ErrorCode::invalid_argument, "at most " + std::to_string(most) + " adapters can be used at once");
    }
    for (const AdapterOptions & option : options) {
        if (!std::isfinite(option.scale) || option.scale == 0.0f) {
            throw Error(ErrorCode::invalid_argument, "the scale of an adapter must be a number other than 0");
        }
        for (const std::string & name : check_adapter(option.path, shards, architecture)) {
            ++changed_weights_[name];
        }
        scales_.push_back(option.scale);
    }
    const auto open = [model](const AdapterOptions & option) {
        clear_problems();
        AdapterPtr adapter(llama_adapter_lora_init(model, option.path.c_str()));
        if (!adapter) {
            throw Error(ErrorCode::invalid_adapter,
                        "llama.cpp cannot load the adapter " + option.path + " (" + recent_problems() + ")");
        }
        return adapter;
    };
    for (const AdapterOptions & option : options) {
        adapters_.push_back(open(option));
    }
    std::vector<AdapterPtr> left;  // kept until the end, so that their addresses are not given out again
    for (int i = 0; !put_in_order(); ++i) {
        if (i == most_tries) {
            throw Error(ErrorCode::internal, "llama.cpp would not apply the adapters in the order given");
        }
        const size_t moved = static_cast<size_t>(i) % adapters_.size();
        left.push_back(std::move(adapters_[moved]));
        adapters_[moved] = open(options[moved]);
    }
}

// llama.cpp adds adapters up in the order of a hash map keyed by their addresses, and floating-point
// sums depend on the order. The same map, filled the same way here, tells what that order will be; so
// look for a way to fill it that gives the order in which they were named.
bool Adapters::put_in_order() {
    insertion_.resize(adapters_.size());
    std::iota(insertion_.begin(), insertion_.end(), size_t{0});
    do {
        std::unordered_map<llama_adapter_lora *, float> map;
        for (const size_t i : insertion_) {
            map.insert({adapters_[i].get(), scales_[i]});
        }
        size_t next = 0;
        const bool in_order = std::all_of(map.begin(), map.end(), [this, &next](const auto & entry) {
            return entry.first == adapters_[next++].get();
        });
        if (in_order) {
            return true;
        }
    } while (std::next_permutation(insertion_.begin(), insertion_.end()));
    return false;
}

void Adapters::apply(llama_context * context) const {
    std::vector<llama_adapter_lora *> adapters;
    std::vector<float> scales;
    for (const size_t i : insertion_) {
        adapters.push_back(adapters_[i].get());
        scales.push_back(scales_[i]);
    }
    if (!adapters.empty() && llama_set_adapters_lora(context, adapters.data(), adapters.size(), scales.data()) != 0) {
        throw Error(ErrorCode::invalid_adapter, "llama.cpp cannot apply the adapters");
    }
}

}  // namespace lager
