#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ggml.h"

namespace lager {

// llama.cpp's names of the tensors that matter here. They stand in one place, because they are a
// convention of its graph builders and not an interface.
namespace tensor_name {
constexpr const char * logits = "result_output";
constexpr const char * layer_weight_prefix = "blk.";
constexpr const char * positions = "inp_pos";
// The matrices of a LoRA adapter are called after the weight that they change, with these behind.
constexpr const char * adapter_a = ".lora_a";
constexpr const char * adapter_b = ".lora_b";
// The residual stream after layer il is called <prefix><il>. Nearly all architectures say l_out.
constexpr const char * layer_output_prefixes[] = {"l_out-", "l_last-", "nemotron_h_block_out-", "ffn_residual-"};
}  // namespace tensor_name

// Whether a tensor of that name is a matrix of a LoRA adapter.
bool is_adapter_matrix(const char * name);

// Layer index of a tensor called `<prefix><il>`; -1 for any other name.
int layer_of(const char * name, const std::string & prefix);

// Shape of one token's residual stream. A few architectures widen it to several parallel streams.
struct RowShape {
    int64_t n_embd = 0;
    int64_t streams = 1;
    int64_t width() const { return n_embd * streams; }
};

// Rows (tokens) that a tensor of residual streams holds; -1 when it has another shape.
int64_t rows_of(const ggml_tensor * tensor, const RowShape & shape);

// "[576, 1, 1, 1] f32", for messages.
std::string describe_shape(const ggml_tensor * tensor);

// The nodes of one compute graph in the order in which they are computed, as the scheduler shows
// them to its callback. The tensors are llama.cpp's: valid only while that graph is.
class GraphTrace {
public:
    void clear();
    void add(ggml_tensor * node);

    const std::vector<ggml_tensor *> & nodes() const { return nodes_; }
    // Where the scheduler splits a graph between backends, a node's source is a copy called
    // "<backend>#<name>#<n>". Gives the tensor that was copied, else `tensor` itself.
    const ggml_tensor * original(const ggml_tensor * tensor) const;

    // The logits: the node of that name, else the last product that spans the vocabulary; null
    // when there is none.
    const ggml_tensor * find_logits(int64_t n_vocab) const;
    // What the layers' outputs are called here: the first known prefix that names all of `n_layer`;
    // empty when none does.
    std::string find_layer_output_prefix(int n_layer) const;
    const ggml_tensor * find(const std::string & name) const;
    // Rows of the tables that are looked up by a token's position: so many positions there are. Beyond
    // them ggml ends the process. The largest number where there is no such table.
    int64_t most_positions() const;
    // The weights that adapters change in this graph, and by how many of them.
    std::map<std::string, int> adapted_weights() const;

    struct Embedding {
        std::string name;  // empty: not found
        int occurrence = 0;  // among the nodes of that name, counted from 0
    };
    // The token embedding as it enters layer 1: the first node of residual streams that no layer's
    // weight has touched and that a layer's own node reads.
    Embedding find_embedding(const RowShape & shape, int64_t n_tokens) const;

private:
    std::vector<ggml_tensor *> nodes_;
    std::map<std::string, ggml_tensor *> by_name_;
};

}  // namespace lager
