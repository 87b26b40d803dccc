#include "test/gguf_builder.h"

#include <cmath>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "llama.h"

namespace lager::test {
namespace {

constexpr size_t max_tensors = 256;

uint64_t fnv1a(std::string_view text, uint64_t hash) {
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

/// splitmix64 (Steele, Lea and Flood, 2014).
uint64_t next_random(uint64_t & state) {
    state += 0x9e3779b97f4a7c15U;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

std::vector<float> random_values(int64_t count, const Distribution & values, uint64_t seed) {
    constexpr double half_range = 1 << 23;
    const double step = values.deviation * std::sqrt(3.0) / half_range;
    const auto mean = static_cast<float>(values.mean);
    std::vector<float> result(static_cast<size_t>(count));
    uint64_t state = seed;
    for (float & value : result) {
        const double offset = static_cast<double>(next_random(state) >> 40) + 0.5 - half_range;
        // Rounded to float before the mean is added: a compiler that fuses multiplication and
        // addition would otherwise give other bits than one that does not.
        const auto spread = static_cast<float>(offset * step);
        value = mean + spread;
    }
    return result;
}

void write_whole(const gguf_context & gguf, const std::filesystem::path & file) {
    std::filesystem::path unfinished = file;
    unfinished += ".part";
    if (!gguf_write_to_file(&gguf, unfinished.string().c_str(), false)) {
        throw std::runtime_error("cannot write " + unfinished.string());
    }
    std::filesystem::rename(unfinished, file);
}

}  // namespace

GgufBuilder::GgufBuilder(uint64_t seed) : seed_(seed), gguf_(gguf_init_empty()) {
    const ggml_init_params params{max_tensors * ggml_tensor_overhead(), nullptr, true};
    tensors_.reset(ggml_init(params));
    if (gguf_ == nullptr || tensors_ == nullptr) {
        throw std::runtime_error("out of memory");
    }
}

int64_t GgufBuilder::copy_tokenizer(const std::filesystem::path & vocab_file) {
    const std::unique_ptr<gguf_context, FreeGguf> vocab(
        gguf_init_from_file(vocab_file.string().c_str(), {true, nullptr}));
    if (vocab == nullptr) {
        throw std::runtime_error("cannot read the vocabulary " + vocab_file.string());
    }
    std::vector<std::string> unwanted;
    for (int64_t i = 0; i < gguf_get_n_kv(vocab.get()); ++i) {
        const std::string key = gguf_get_key(vocab.get(), i);
        if (key.rfind("tokenizer.", 0) != 0 || key.rfind("tokenizer.chat_template", 0) == 0) {
            unwanted.push_back(key);
        }
    }
    for (const std::string & key : unwanted) {
        gguf_remove_key(vocab.get(), key.c_str());
    }
    const int64_t tokens = gguf_find_key(vocab.get(), "tokenizer.ggml.tokens");
    if (tokens < 0) {
        throw std::runtime_error("no tokens in the vocabulary " + vocab_file.string());
    }
    gguf_set_kv(gguf_.get(), vocab.get());
    return static_cast<int64_t>(gguf_get_arr_n(vocab.get(), tokens));
}

void GgufBuilder::set(const std::string & key, uint32_t value) { gguf_set_val_u32(gguf_.get(), key.c_str(), value); }

void GgufBuilder::set(const std::string & key, float value) { gguf_set_val_f32(gguf_.get(), key.c_str(), value); }

void GgufBuilder::set(const std::string & key, bool value) { gguf_set_val_bool(gguf_.get(), key.c_str(), value); }

void GgufBuilder::set(const std::string & key, const std::string & value) {
    gguf_set_val_str(gguf_.get(), key.c_str(), value.c_str());
}

void GgufBuilder::set(const std::string & key, const std::vector<std::string> & values) {
    std::vector<const char *> texts;
    for (const std::string & value : values) {
        texts.push_back(value.c_str());
    }
    gguf_set_arr_str(gguf_.get(), key.c_str(), texts.data(), texts.size());
}

void GgufBuilder::remove(const std::string & key) { gguf_remove_key(gguf_.get(), key.c_str()); }

void GgufBuilder::add(const std::string & name, ggml_type type, const std::vector<int64_t> & ne,
                      const Distribution & values) {
    if (data_.size() == max_tensors) {
        throw std::invalid_argument("more than " + std::to_string(max_tensors) + " tensors");
    }
    if (ne.empty() || ne[0] % ggml_blck_size(type) != 0) {
        throw std::invalid_argument("a row of " + name + " does not fill whole blocks of " + ggml_type_name(type));
    }
    ggml_tensor * tensor = ggml_new_tensor(tensors_.get(), type, static_cast<int>(ne.size()), ne.data());
    ggml_set_name(tensor, name.c_str());

    const uint64_t tensor_seed = fnv1a(name, seed_ ^ 0xcbf29ce484222325U);
    const std::vector<float> weights = random_values(ggml_nelements(tensor), values, tensor_seed);
    std::vector<std::byte> & bytes = data_.emplace_back(ggml_nbytes(tensor));
    if (type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr) {
        ggml_quantize_chunk(type, weights.data(), bytes.data(), 0, ggml_nrows(tensor), ne[0], nullptr);
    }
    tensor->data = bytes.data();
    gguf_add_tensor(gguf_.get(), tensor);
}

void GgufBuilder::write(const std::filesystem::path & file) const { write_whole(*gguf_, file); }

void GgufBuilder::write_split(const std::filesystem::path & first, int parts) const {
    char prefix[1024] = {};
    if (llama_split_prefix(prefix, sizeof(prefix), first.string().c_str(), 0, parts) <= 0) {
        throw std::invalid_argument(first.string() + " is no name of the first of " + std::to_string(parts) + " parts");
    }
    std::vector<ggml_tensor *> tensors;
    for (ggml_tensor * tensor = ggml_get_first_tensor(tensors_.get()); tensor != nullptr;
         tensor = ggml_get_next_tensor(tensors_.get(), tensor)) {
        tensors.push_back(tensor);
    }
    for (int part = 0; part < parts; ++part) {
        const std::unique_ptr<gguf_context, FreeGguf> gguf(gguf_init_empty());
        if (part == 0) {
            gguf_set_kv(gguf.get(), gguf_.get());
        }
        gguf_set_val_u16(gguf.get(), "split.no", static_cast<uint16_t>(part));
        gguf_set_val_u16(gguf.get(), "split.count", static_cast<uint16_t>(parts));
        gguf_set_val_i32(gguf.get(), "split.tensors.count", static_cast<int32_t>(tensors.size()));
        // From the last to the first: what was added first, mostly the vocabulary's matrices, comes last.
        const size_t end = tensors.size() * (static_cast<size_t>(part) + 1) / static_cast<size_t>(parts);
        for (size_t i = tensors.size() * static_cast<size_t>(part) / static_cast<size_t>(parts); i < end; ++i) {
            gguf_add_tensor(gguf.get(), tensors[tensors.size() - 1 - i]);
        }
        char file[1024] = {};
        llama_split_path(file, sizeof(file), prefix, part, parts);
        write_whole(*gguf, file);
    }
}

}  // namespace lager::test
