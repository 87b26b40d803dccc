#include "core/model/gguf_file.h"

#include <fstream>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "core/model/gguf_keys.h"
#include "gguf.h"
#include "llama.h"

namespace lager {
namespace {

using GgufPtr = std::unique_ptr<gguf_context, decltype(&gguf_free)>;

GgufPtr open_meta(const std::string & path) {
    gguf_init_params params{};
    params.no_alloc = true;
    params.ctx = nullptr;
    return GgufPtr(gguf_init_from_file(path.c_str(), params), gguf_free);
}

bool starts_as_gguf(std::ifstream & file) {
    char magic[4] = {};
    file.read(magic, sizeof(magic));
    return file.good() && std::string(magic, 4) == GGUF_MAGIC;
}

uint64_t file_size(std::ifstream & file) {
    file.seekg(0, std::ios::end);
    return static_cast<uint64_t>(file.tellg());
}

int short_value(const gguf_context & meta, const char * key, int otherwise) {
    const int64_t id = gguf_find_key(&meta, key);
    return id < 0 || gguf_get_kv_type(&meta, id) != GGUF_TYPE_UINT16 ? otherwise : gguf_get_val_u16(&meta, id);
}

// llama.cpp finds the parts of a split model by the name of the first.
void require_first_part(const std::string & path, const gguf_context & meta) {
    const int count = short_value(meta, "split.count", 1);
    if (count <= 1) {
        return;
    }
    const int part = short_value(meta, "split.no", 0) + 1;
    char prefix[4096] = {};
    const bool named = llama_split_prefix(prefix, sizeof(prefix), path.c_str(), 0, count) > 0;
    if (part == 1 && named) {
        return;
    }
    char ending[64] = {};
    llama_split_path(ending, sizeof(ending), "", 0, count);
    throw Error(ErrorCode::invalid_gguf, path + " is part " + std::to_string(part) + " of " + std::to_string(count) +
                                             " of a split model: give the path of the first part, whose name ends in " +
                                             ending);
}

// The header of a whole file. Headers hold the vocabulary, so to parse one takes milliseconds.
GgufPtr check_shard(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error(ErrorCode::invalid_gguf, path + " cannot be opened");
    }
    if (!starts_as_gguf(file)) {
        throw Error(ErrorCode::invalid_gguf, path + " is not a GGUF file: it does not start with \"GGUF\"");
    }
    clear_problems();
    GgufPtr meta = open_meta(path);
    if (!meta) {
        throw Error(ErrorCode::invalid_gguf,
                    path + " has a broken or truncated GGUF header (" + recent_problems() + ")");
    }
    const uint64_t size = file_size(file);
    const uint64_t data = gguf_get_data_offset(meta.get());
    for (int64_t i = 0; i < gguf_get_n_tensors(meta.get()); ++i) {
        const uint64_t end = data + gguf_get_tensor_offset(meta.get(), i) + gguf_get_tensor_size(meta.get(), i);
        if (end > size) {
            throw Error(ErrorCode::invalid_gguf, path + " is truncated: tensor " + gguf_get_tensor_name(meta.get(), i) +
                                                     " ends at byte " + std::to_string(end) + ", the file has " +
                                                     std::to_string(size) + "; fetch it again");
        }
    }
    return meta;
}

// Paths of all shards of the first one, whose header is `meta`.
std::vector<std::string> shards_of(const std::string & path, const gguf_context & meta) {
    const int count = short_value(meta, "split.count", 1);
    char prefix[4096] = {};
    if (count <= 1 || llama_split_prefix(prefix, sizeof(prefix), path.c_str(), 0, count) <= 0) {
        return {path};
    }
    std::vector<std::string> shards;
    for (int i = 0; i < count; ++i) {
        char shard[4096] = {};
        llama_split_path(shard, sizeof(shard), prefix, i, count);
        shards.emplace_back(shard);
    }
    return shards;
}

}  // namespace

std::vector<GgufShard> open_gguf(const std::string & path) {
    GgufPtr first = check_shard(path);
    require_first_part(path, *first);
    const std::vector<std::string> paths = shards_of(path, *first);
    std::vector<GgufShard> shards;
    for (const std::string & shard : paths) {
        shards.push_back(GgufShard{shard, shard == path ? std::move(first) : check_shard(shard)});
    }
    return shards;
}

std::string gguf_architecture(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    const GgufPtr meta = starts_as_gguf(file) ? open_meta(path) : GgufPtr(nullptr, gguf_free);
    return meta ? gguf_text(*meta, "general.architecture") : "";
}

std::vector<uint8_t> read_gguf_rows(const std::vector<std::string> & shards, const std::string & tensor, ggml_type type,
                                    int64_t row_length, const std::vector<int64_t> & rows) {
    for (const std::string & shard : shards) {
        GgufPtr meta = open_meta(shard);
        const int64_t id = meta ? gguf_find_tensor(meta.get(), tensor.c_str()) : -1;
        if (id < 0) {
            continue;
        }
        if (gguf_get_tensor_type(meta.get(), id) != type) {
            throw Error(ErrorCode::internal, "tensor " + tensor + " is stored as another type than it is loaded as");
        }
        const size_t row_bytes = ggml_row_size(type, row_length);
        const uint64_t tensor_bytes = gguf_get_tensor_size(meta.get(), id);
        const uint64_t start = gguf_get_data_offset(meta.get()) + gguf_get_tensor_offset(meta.get(), id);
        std::ifstream file(shard, std::ios::binary);
        std::vector<uint8_t> bytes(rows.size() * row_bytes);
        for (size_t i = 0; i < rows.size(); ++i) {
            const uint64_t offset = static_cast<uint64_t>(rows[i]) * row_bytes;
            if (rows[i] < 0 || offset + row_bytes > tensor_bytes) {
                throw Error(ErrorCode::internal, "row " + std::to_string(rows[i]) + " is outside tensor " + tensor);
            }
            file.seekg(static_cast<std::streamoff>(start + offset));
            file.read(reinterpret_cast<char *>(bytes.data() + i * row_bytes), static_cast<std::streamsize>(row_bytes));
            if (!file) {
                throw Error(ErrorCode::invalid_gguf, shard + ": could not read tensor " + tensor);
            }
        }
        return bytes;
    }
    throw Error(ErrorCode::internal, "tensor " + tensor + " is not in the GGUF file");
}

}  // namespace lager
