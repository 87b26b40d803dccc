#include "core/head/graph_trace.h"

#include "test/check.h"

using namespace lager;

TEST("layer outputs are told by their exact name") {
    CHECK_EQUAL(layer_of("l_out-0", "l_out-"), 0);
    CHECK_EQUAL(layer_of("l_out-29", "l_out-"), 29);
    CHECK_EQUAL(layer_of("l_out-", "l_out-"), -1);
    CHECK_EQUAL(layer_of("l_out-2 (view)", "l_out-"), -1);
    CHECK_EQUAL(layer_of("mtp_l_out-2", "l_out-"), -1);
    CHECK_EQUAL(layer_of("l_out--1", "l_out-"), -1);
}

namespace {

struct Graph {
    ggml_context * context = ggml_init({1 << 20, nullptr, true});
    ~Graph() { ggml_free(context); }
    ggml_tensor * named(ggml_tensor * tensor, const char * name) { return ggml_set_name(tensor, name); }
    ggml_tensor * leaf(const char * name, int64_t n) {
        return named(ggml_new_tensor_2d(context, GGML_TYPE_F32, n, 1), name);
    }
};

}  // namespace

TEST("rows are counted for plain and for widened residual streams") {
    Graph graph;
    CHECK_EQUAL(rows_of(graph.leaf("x", 8), RowShape{8, 1}), int64_t{1});
    CHECK_EQUAL(rows_of(graph.leaf("x", 8), RowShape{4, 1}), int64_t{-1});
    ggml_tensor * wide = ggml_new_tensor_3d(graph.context, GGML_TYPE_F32, 8, 2, 5);
    CHECK_EQUAL(rows_of(wide, RowShape{8, 2}), int64_t{5});
    CHECK_EQUAL(rows_of(wide, RowShape{8, 1}), int64_t{-1});
    CHECK_EQUAL(rows_of(ggml_new_tensor_2d(graph.context, GGML_TYPE_F16, 8, 5), RowShape{8, 1}), int64_t{-1});
}

TEST("layers are found by the first prefix that names all of them") {
    Graph graph;
    GraphTrace trace;
    for (const char * name : {"l_out-0", "l_last-0", "l_last-1"}) {
        trace.add(graph.leaf(name, 8));
    }
    CHECK_EQUAL(trace.find_layer_output_prefix(2), std::string("l_last-"));
    CHECK_EQUAL(trace.find_layer_output_prefix(1), std::string("l_out-"));
    CHECK_EQUAL(trace.find_layer_output_prefix(3), std::string(""));
}

TEST("the embedding is the first tensor that a layer reads and no layer has touched") {
    Graph graph;
    ggml_context * c = graph.context;
    ggml_tensor * looked_up = graph.named(ggml_scale(c, graph.leaf("token_embd.weight", 8), 1.0f), "looked_up");
    ggml_tensor * scaled = graph.named(ggml_scale(c, looked_up, 2.0f), "inp_scaled");
    ggml_tensor * norm = graph.named(ggml_rms_norm(c, scaled, 1e-5f), "norm");
    ggml_tensor * weighted = graph.named(ggml_mul(c, norm, graph.leaf("blk.0.attn_norm.weight", 8)), "attn_norm");
    ggml_tensor * out = graph.named(ggml_add(c, weighted, scaled), "l_out-0");
    GraphTrace trace;
    for (ggml_tensor * node : {looked_up, scaled, norm, weighted, out}) {
        trace.add(node);
    }
    CHECK_EQUAL(trace.find_embedding(RowShape{8, 1}, 1).name, std::string("inp_scaled"));
    CHECK_EQUAL(trace.find_embedding(RowShape{16, 1}, 1).name, std::string(""));
}

TEST("a copy between backends stands for the tensor that was copied") {
    Graph graph;
    ggml_tensor * hidden = graph.named(ggml_scale(graph.context, graph.leaf("x", 8), 1.0f), "l_out-3");
    ggml_tensor * copy = graph.leaf("CPU#l_out-3#0", 8);
    ggml_tensor * other = graph.leaf("CPU#unknown#0", 8);
    GraphTrace trace;
    trace.add(hidden);
    CHECK(trace.original(copy) == hidden);
    CHECK(trace.original(other) == other);
    CHECK(trace.original(hidden) == hidden);
}
