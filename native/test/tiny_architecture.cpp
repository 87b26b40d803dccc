#include "test/tiny_architecture.h"

namespace lager::test {
namespace {

std::string block(uint32_t layer) { return "blk." + std::to_string(layer) + "."; }

}  // namespace

void add_llama(TinyModel & model, bool tied, bool input_biases) {
    model.set("attention.layer_norm_rms_epsilon", 1e-5F);
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    if (!tied) {
        model.untied_head();
    }
    const bool has_experts = model.shape().experts > 0;
    if (has_experts) {
        model.set("expert_count", model.shape().experts);
        model.set("expert_used_count", uint32_t{2});
    }
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        if (input_biases) {
            model.attention_input_biases(b);
        }
        model.norm(b + "ffn_norm", model.shape().embedding);
        if (has_experts) {
            model.router(b + "ffn_gate_inp.weight");
            model.expert_matrices(b + "ffn_gate_exps.weight", model.shape().embedding, model.shape().feed_forward);
            model.expert_matrices(b + "ffn_up_exps.weight", model.shape().embedding, model.shape().feed_forward);
            model.expert_matrices(b + "ffn_down_exps.weight", model.shape().feed_forward, model.shape().embedding);
        } else {
            model.gated_feed_forward(b);
        }
    }
}

void add_gemma(TinyModel & model, bool query_key_norms) {
    model.set("attention.layer_norm_rms_epsilon", 1e-6F);
    model.set("attention.key_length", model.shape().head_size);
    model.set("attention.value_length", model.shape().head_size);
    model.set("attention.sliding_window", uint32_t{8});  // short: the tests' prompts must outgrow it
    model.set("attention.sliding_window_pattern", uint32_t{2});
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        if (query_key_norms) {
            model.norm(b + "attn_q_norm", model.shape().head_size);
            model.norm(b + "attn_k_norm", model.shape().head_size);
        }
        model.norm(b + "post_attention_norm", model.shape().embedding);
        model.norm(b + "ffn_norm", model.shape().embedding);
        model.gated_feed_forward(b);
        model.norm(b + "post_ffw_norm", model.shape().embedding);
    }
}

void add_softcaps(TinyModel & model) {
    model.set("attn_logit_softcapping", 4.0F);
    model.set("final_logit_softcapping", 5.0F);
}

void add_command_r(TinyModel & model) {
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.set("logit_scale", 0.25F);
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        model.gated_feed_forward(b);
    }
}

void add_phi2(TinyModel & model) {
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.set("rope.dimension_count", model.shape().head_size / 2);
    model.token_embedding();
    model.norm_with_bias("output_norm");
    model.untied_head();
    model.head_bias();
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm_with_bias(b + "attn_norm");
        model.attention(b);
        model.attention_input_biases(b);
        model.bias(b + "attn_output", model.shape().embedding);
        model.biased_feed_forward(b);
    }
}

void add_gpt2(TinyModel & model) {
    constexpr uint32_t positions = 300;
    const TinyShape & shape = model.shape();
    model.set("context_length", positions);
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.token_embedding();
    model.table("position_embd.weight", positions);
    model.norm_with_bias("output_norm");
    for (uint32_t layer = 0; layer < shape.layers; ++layer) {
        const std::string b = block(layer);
        model.norm_with_bias(b + "attn_norm");
        model.matrix(b + "attn_qkv.weight", shape.embedding, 3 * shape.embedding);
        model.bias(b + "attn_qkv", 3 * shape.embedding);
        model.matrix(b + "attn_output.weight", shape.embedding, shape.embedding);
        model.bias(b + "attn_output", shape.embedding);
        model.norm_with_bias(b + "ffn_norm");
        model.biased_feed_forward(b);
    }
}

void add_minimax_01(TinyModel & model) {
    const TinyShape & shape = model.shape();
    const uint32_t heads = shape.heads * shape.head_size;
    model.set("attention.layer_norm_rms_epsilon", 1e-5F);
    model.set("residual_scale", 1.0F);
    model.set("full_attention_interval", uint32_t{2});
    model.set("expert_count", shape.experts);
    model.set("expert_used_count", uint32_t{2});
    model.token_embedding();
    model.norm("output_norm", shape.embedding);
    model.untied_head();
    for (uint32_t layer = 0; layer < shape.layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", shape.embedding);
        if (layer % 2 == 1) {
            model.attention(b);
        } else {
            model.norm(b + "attn_norm_2", heads);
            model.matrix(b + "attn_qkv.weight", shape.embedding, 3 * heads);
            model.matrix(b + "attn_gate.weight", shape.embedding, heads);
            model.matrix(b + "attn_output.weight", heads, shape.embedding);
        }
        model.norm(b + "ffn_norm", shape.embedding);
        model.router(b + "ffn_gate_inp.weight");
        model.expert_matrices(b + "ffn_gate_exps.weight", shape.embedding, shape.feed_forward);
        model.expert_matrices(b + "ffn_up_exps.weight", shape.embedding, shape.feed_forward);
        model.expert_matrices(b + "ffn_down_exps.weight", shape.feed_forward, shape.embedding);
    }
}

void add_bert(TinyModel & model) {
    constexpr uint32_t positions = 512;
    model.set("context_length", positions);
    model.set("attention.layer_norm_epsilon", 1e-12F);
    model.set("attention.causal", false);
    model.set("pooling_type", uint32_t{2});  // the vector of the first token
    model.token_embedding();
    model.table("position_embd.weight", positions);
    model.table("token_types.weight", 2);
    model.norm_with_bias("token_embd_norm");
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.attention(b);
        model.attention_input_biases(b);
        model.bias(b + "attn_output", model.shape().embedding);
        model.norm_with_bias(b + "attn_output_norm");
        model.biased_feed_forward(b);
        model.norm_with_bias(b + "layer_output_norm");
    }
}

}  // namespace lager::test
