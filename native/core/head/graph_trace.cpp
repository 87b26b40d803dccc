#include "core/head/graph_trace.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>

namespace lager {
namespace {

// A source's name in the model's own graph: copied to another backend it is called
// "<backend>#<name>#<n>".
std::string plain_name(const ggml_tensor * tensor) {
    const std::string name = tensor == nullptr ? "" : ggml_get_name(tensor);
    const size_t first = name.find('#');
    const size_t last = name.rfind('#');
    return first == std::string::npos || last <= first ? name : name.substr(first + 1, last - first - 1);
}

}  // namespace

int layer_of(const char * name, const std::string & prefix) {
    if (prefix.empty() || std::strncmp(name, prefix.c_str(), prefix.size()) != 0) {
        return -1;
    }
    const char * digits = name + prefix.size();
    if (*digits < '0' || *digits > '9') {
        return -1;
    }
    char * end = nullptr;
    const long layer = std::strtol(digits, &end, 10);
    return *end == '\0' && layer >= 0 && layer < 100000 ? static_cast<int>(layer) : -1;
}

bool is_adapter_matrix(const char * name) {
    const std::string text = name;
    const auto ends_with = [&text](const std::string & end) {
        return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    };
    return ends_with(tensor_name::adapter_a) || ends_with(tensor_name::adapter_b);
}

int64_t rows_of(const ggml_tensor * tensor, const RowShape & shape) {
    if (tensor->type != GGML_TYPE_F32 || tensor->ne[0] != shape.n_embd || tensor->nb[0] != sizeof(float) ||
        tensor->ne[3] != 1) {
        return -1;
    }
    if (shape.streams == 1) {
        return tensor->ne[2] == 1 ? tensor->ne[1] : -1;
    }
    const bool together = tensor->nb[1] == static_cast<size_t>(shape.n_embd) * sizeof(float);
    return tensor->ne[1] == shape.streams && together ? tensor->ne[2] : -1;
}

std::string describe_shape(const ggml_tensor * tensor) {
    std::string text = "[";
    for (int i = 0; i < GGML_MAX_DIMS; ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(tensor->ne[i]);
    }
    return text + "] " + ggml_type_name(tensor->type);
}

void GraphTrace::clear() {
    nodes_.clear();
    by_name_.clear();
}

void GraphTrace::add(ggml_tensor * node) {
    nodes_.push_back(node);
    by_name_[ggml_get_name(node)] = node;
}

const ggml_tensor * GraphTrace::original(const ggml_tensor * tensor) const {
    if (tensor->op != GGML_OP_NONE) {
        return tensor;
    }
    const ggml_tensor * copied = find(plain_name(tensor));
    return copied == nullptr ? tensor : copied;
}

const ggml_tensor * GraphTrace::find(const std::string & name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

int64_t GraphTrace::most_positions() const {
    int64_t most = std::numeric_limits<int64_t>::max();
    for (const ggml_tensor * node : nodes_) {
        if (node->op == GGML_OP_GET_ROWS && plain_name(node->src[1]) == tensor_name::positions) {
            most = std::min(most, node->src[0]->ne[1]);
        }
    }
    return most;
}

std::map<std::string, int> GraphTrace::adapted_weights() const {
    std::map<std::string, int> weights;
    for (const ggml_tensor * node : nodes_) {
        for (const ggml_tensor * src : node->src) {
            const std::string name = plain_name(src);
            const size_t end = name.rfind(tensor_name::adapter_a);
            if (end != std::string::npos) {
                ++weights[name.substr(0, end)];
            }
        }
    }
    return weights;
}

const ggml_tensor * GraphTrace::find_logits(int64_t n_vocab) const {
    if (const ggml_tensor * named = find(tensor_name::logits)) {
        return named;
    }
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
        if ((*node)->op == GGML_OP_MUL_MAT && (*node)->ne[0] == n_vocab) {
            return *node;
        }
    }
    return nullptr;
}

std::string GraphTrace::find_layer_output_prefix(int n_layer) const {
    for (const char * prefix : tensor_name::layer_output_prefixes) {
        int named = 0;
        while (named < n_layer && find(prefix + std::to_string(named)) != nullptr) {
            ++named;
        }
        if (named == n_layer) {
            return prefix;
        }
    }
    return "";
}

GraphTrace::Embedding GraphTrace::find_embedding(const RowShape & shape, int64_t n_tokens) const {
    // Nodes that depend on a layer's weight. Sources come before their readers, so one pass does.
    std::set<const ggml_tensor *> in_layers;
    std::set<const ggml_tensor *> entering;
    for (const ggml_tensor * node : nodes_) {
        bool touched = false;
        for (const ggml_tensor * src : node->src) {
            if (src == nullptr) {
                continue;
            }
            src = original(src);
            touched = touched || in_layers.count(src) != 0 ||
                      (src->op == GGML_OP_NONE && std::strncmp(ggml_get_name(src), tensor_name::layer_weight_prefix,
                                                               std::strlen(tensor_name::layer_weight_prefix)) == 0);
        }
        if (!touched) {
            continue;
        }
        in_layers.insert(node);
        for (const ggml_tensor * src : node->src) {
            if (src != nullptr && in_layers.count(original(src)) == 0) {
                entering.insert(original(src));
            }
        }
    }
    std::map<std::string, int> occurrences;
    for (const ggml_tensor * node : nodes_) {
        const std::string name = ggml_get_name(node);
        const int occurrence = occurrences[name]++;
        if (entering.count(node) != 0 && rows_of(node, shape) == n_tokens) {
            return Embedding{name, occurrence};
        }
    }
    return Embedding{};
}

}  // namespace lager
