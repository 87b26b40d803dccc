// Writes a judge of a real one's shape with random weights, for benchmarks and checks of devices:
//   lager-random-judge SHAPE TYPE FILE
// It has no tokeniser: prompts are token ids. Nothing is held in memory but one piece of a tensor.

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ggml.h"
#include "gguf.h"

namespace {

struct Shape {
    const char * name;
    uint32_t layers, embedding, heads, kv_heads, head_size, feed_forward, vocabulary;
    bool tied;
};

// Of Llama 3.2 1B and 3B and Llama 3.1 8B, and one that is made and computed in a second.
constexpr Shape shapes[] = {
    {"smoke", 4, 256, 4, 2, 64, 512, 4096, true},
    {"1b", 16, 2048, 32, 8, 64, 8192, 128256, true},
    {"3b", 28, 3072, 24, 8, 128, 8192, 128256, true},
    {"8b", 32, 4096, 32, 8, 128, 14336, 128256, false},
};

struct Type {
    const char * name;
    ggml_type type;
    uint32_t file_type;  // llama.cpp's number of it
};
constexpr Type types[] = {
    {"f16", GGML_TYPE_F16, 1}, {"q8_0", GGML_TYPE_Q8_0, 7}, {"q4_0", GGML_TYPE_Q4_0, 2}, {"q4_k", GGML_TYPE_Q4_K, 15}};

class Random {
public:
    uint64_t next() {  // splitmix64
        uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    void fill(void * target, size_t bytes) {
        auto * out = static_cast<uint8_t *>(target);
        for (; bytes >= 8; bytes -= 8, out += 8) {
            const uint64_t value = next();
            std::memcpy(out, &value, 8);
        }
        const uint64_t value = next();
        std::memcpy(out, &value, bytes);
    }

private:
    uint64_t state_ = 1;
};

// Blocks of weights whose standard deviation is about `deviation`.
void fill_blocks(Random & random, ggml_type type, float deviation, std::vector<uint8_t> & bytes) {
    random.fill(bytes.data(), bytes.size());
    if (type == GGML_TYPE_F16) {
        // Any sign and mantissa with one exponent: magnitudes from 2^e to 2^(e + 1).
        const int exponent = static_cast<int>(std::floor(std::log2(deviation / 1.53f)));
        const auto bits = static_cast<uint16_t>((exponent + 15) << 10);
        for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
            uint16_t half;
            std::memcpy(&half, &bytes[i], 2);
            half = static_cast<uint16_t>((half & 0x83ffu) | bits);
            std::memcpy(&bytes[i], &half, 2);
        }
        return;
    }
    if (type == GGML_TYPE_Q4_K) {
        // A block begins with d and dmin: a weight is d · scale · quant − dmin · minimum, the scale and the minimum of
        // six bits, the quant of four. With dmin = 7.5 d the mean is 0, and the deviation 258 d.
        const ggml_fp16_t halves[2] = {ggml_fp32_to_fp16(deviation / 258.0f),
                                       ggml_fp32_to_fp16(deviation * 7.5f / 258.0f)};
        for (size_t i = 0; i < bytes.size(); i += ggml_type_size(type)) {
            std::memcpy(&bytes[i], halves, sizeof(halves));
        }
        return;
    }
    // Quants are uniform over 256 or 16 values; the block begins with their scale.
    const float scale = deviation / (type == GGML_TYPE_Q8_0 ? 73.9f : 4.6f);
    const ggml_fp16_t half = ggml_fp32_to_fp16(scale);
    for (size_t i = 0; i < bytes.size(); i += ggml_type_size(type)) {
        std::memcpy(&bytes[i], &half, sizeof(half));
    }
}

class Writer {
public:
    Writer(const Shape & shape, const Type & type)
        : shape_(shape),
          type_(type),
          tensors_(ggml_init({(shape.layers * 9 + 8) * ggml_tensor_overhead(), nullptr, true})),
          gguf_(gguf_init_empty()) {
        metadata();
        matrix("token_embd.weight", shape.embedding, shape.vocabulary);
        norm("output_norm.weight");
        if (!shape.tied) {
            matrix("output.weight", shape.embedding, shape.vocabulary);
        }
        for (uint32_t i = 0; i < shape.layers; ++i) {
            layer("blk." + std::to_string(i) + ".");
        }
    }

    void write(const std::string & file) {
        if (!gguf_write_to_file(gguf_.get(), file.c_str(), true)) {
            throw std::runtime_error("cannot write " + file);
        }
        std::ofstream out(file, std::ios::binary | std::ios::app);
        Random random;
        const size_t alignment = gguf_get_alignment(gguf_.get());
        for (const ggml_tensor * tensor = ggml_get_first_tensor(tensors_.get()); tensor != nullptr;
             tensor = ggml_get_next_tensor(tensors_.get(), const_cast<ggml_tensor *>(tensor))) {
            write_tensor(out, random, *tensor);
            const std::vector<char> padding(GGML_PAD(ggml_nbytes(tensor), alignment) - ggml_nbytes(tensor));
            out.write(padding.data(), static_cast<std::streamsize>(padding.size()));
        }
        if (!out.flush()) {
            throw std::runtime_error("cannot write " + file + ": is the disk full?");
        }
    }

private:
    struct FreeTensors {
        void operator()(ggml_context * context) const { ggml_free(context); }
    };
    struct FreeGguf {
        void operator()(gguf_context * context) const { gguf_free(context); }
    };

    void metadata() {
        gguf_context * gguf = gguf_.get();
        const std::array<std::pair<const char *, uint32_t>, 9> numbers = {{
            {"llama.context_length", 8192},
            {"llama.embedding_length", shape_.embedding},
            {"llama.block_count", shape_.layers},
            {"llama.feed_forward_length", shape_.feed_forward},
            {"llama.attention.head_count", shape_.heads},
            {"llama.attention.head_count_kv", shape_.kv_heads},
            {"llama.rope.dimension_count", shape_.head_size},
            {"llama.vocab_size", shape_.vocabulary},
            {"general.file_type", type_.file_type},
        }};
        gguf_set_val_str(gguf, "general.architecture", "llama");
        gguf_set_val_str(gguf, "general.name", (std::string("random ") + shape_.name).c_str());
        gguf_set_val_str(gguf, "tokenizer.ggml.model", "no_vocab");
        gguf_set_val_f32(gguf, "llama.attention.layer_norm_rms_epsilon", 1e-5f);
        gguf_set_val_f32(gguf, "llama.rope.freq_base", 500000.0f);
        for (const auto & [key, value] : numbers) {
            gguf_set_val_u32(gguf, key, value);
        }
    }

    void layer(const std::string & block) {
        const uint32_t queries = shape_.heads * shape_.head_size;
        const uint32_t keys = shape_.kv_heads * shape_.head_size;
        norm(block + "attn_norm.weight");
        matrix(block + "attn_q.weight", shape_.embedding, queries);
        matrix(block + "attn_k.weight", shape_.embedding, keys);
        matrix(block + "attn_v.weight", shape_.embedding, keys);
        matrix(block + "attn_output.weight", queries, shape_.embedding);
        norm(block + "ffn_norm.weight");
        matrix(block + "ffn_gate.weight", shape_.embedding, shape_.feed_forward);
        matrix(block + "ffn_up.weight", shape_.embedding, shape_.feed_forward);
        matrix(block + "ffn_down.weight", shape_.feed_forward, shape_.embedding);
    }

    void norm(const std::string & name) {
        add(name, ggml_new_tensor_1d(tensors_.get(), GGML_TYPE_F32, shape_.embedding));
    }

    void matrix(const std::string & name, uint32_t columns, uint32_t rows) {
        add(name, ggml_new_tensor_2d(tensors_.get(), type_.type, columns, rows));
    }

    void add(const std::string & name, ggml_tensor * tensor) {
        ggml_set_name(tensor, name.c_str());
        gguf_add_tensor(gguf_.get(), tensor);
    }

    static void write_tensor(std::ofstream & out, Random & random, const ggml_tensor & tensor) {
        const size_t row = ggml_row_size(tensor.type, tensor.ne[0]);
        std::vector<uint8_t> bytes(row);
        for (int64_t i = 0; i < tensor.ne[1]; ++i) {
            if (tensor.type == GGML_TYPE_F32) {
                const std::vector<float> ones(static_cast<size_t>(tensor.ne[0]), 1.0f);
                std::memcpy(bytes.data(), ones.data(), row);
            } else {
                fill_blocks(random, tensor.type, 1.0f / std::sqrt(static_cast<float>(tensor.ne[0])), bytes);
            }
            out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(row));
        }
    }

    const Shape & shape_;
    const Type & type_;
    std::unique_ptr<ggml_context, FreeTensors> tensors_;
    std::unique_ptr<gguf_context, FreeGguf> gguf_;
};

template <typename Entry, size_t Size>
const Entry & find(const Entry (&entries)[Size], const char * what, const std::string & name) {
    std::string names;
    for (const Entry & entry : entries) {
        if (name == entry.name) {
            return entry;
        }
        names += std::string(" ") + entry.name;
    }
    throw std::runtime_error(std::string(what) + " is one of" + names + ", not " + name);
}

}  // namespace

int main(int argc, char ** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: lager-random-judge smoke|1b|3b|8b f16|q8_0|q4_0|q4_k FILE\n");
        return 2;
    }
    try {
        Writer(find(shapes, "SHAPE", argv[1]), find(types, "TYPE", argv[2])).write(argv[3]);
        return 0;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "lager-random-judge: %s\n", error.what());
        return 1;
    }
}
