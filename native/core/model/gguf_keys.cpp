#include "core/model/gguf_keys.h"

namespace lager {
namespace {

std::optional<int64_t> integer_at(gguf_type type, const void * data, size_t index) {
    switch (type) {
        case GGUF_TYPE_UINT8: return static_cast<const uint8_t *>(data)[index];
        case GGUF_TYPE_INT8: return static_cast<const int8_t *>(data)[index];
        case GGUF_TYPE_UINT16: return static_cast<const uint16_t *>(data)[index];
        case GGUF_TYPE_INT16: return static_cast<const int16_t *>(data)[index];
        case GGUF_TYPE_UINT32: return static_cast<const uint32_t *>(data)[index];
        case GGUF_TYPE_INT32: return static_cast<const int32_t *>(data)[index];
        case GGUF_TYPE_UINT64: return static_cast<int64_t>(static_cast<const uint64_t *>(data)[index]);
        case GGUF_TYPE_INT64: return static_cast<const int64_t *>(data)[index];
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<int64_t> gguf_integer(const gguf_context & gguf, const std::string & key) {
    const int64_t id = gguf_find_key(&gguf, key.c_str());
    if (id < 0) {
        return std::nullopt;
    }
    const gguf_type type = gguf_get_kv_type(&gguf, id);
    if (type == GGUF_TYPE_ARRAY || type == GGUF_TYPE_STRING) {
        return std::nullopt;
    }
    return integer_at(type, gguf_get_val_data(&gguf, id), 0);
}

std::vector<int64_t> gguf_integers(const gguf_context & gguf, const std::string & key) {
    std::vector<int64_t> numbers;
    const int64_t id = gguf_find_key(&gguf, key.c_str());
    if (id < 0) {
        return numbers;
    }
    if (gguf_get_kv_type(&gguf, id) != GGUF_TYPE_ARRAY) {
        const std::optional<int64_t> number = gguf_integer(gguf, key);
        return number ? std::vector<int64_t>{*number} : numbers;
    }
    const gguf_type type = gguf_get_arr_type(&gguf, id);
    if (type == GGUF_TYPE_STRING) {
        return numbers;
    }
    const size_t count = gguf_get_arr_n(&gguf, id);
    for (size_t i = 0; i < count; ++i) {
        const std::optional<int64_t> number = integer_at(type, gguf_get_arr_data(&gguf, id), i);
        if (!number) {
            return {};
        }
        numbers.push_back(*number);
    }
    return numbers;
}

std::string gguf_text(const gguf_context & gguf, const std::string & key) {
    const int64_t id = gguf_find_key(&gguf, key.c_str());
    return id < 0 || gguf_get_kv_type(&gguf, id) != GGUF_TYPE_STRING ? "" : gguf_get_val_str(&gguf, id);
}

}  // namespace lager
