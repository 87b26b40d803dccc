#pragma once

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"

namespace lager::addon {

// Set by JavaScript (or by the end of its environment), read by the job. Owned natively, so that a
// job never reads memory of an environment that is gone.
using CancelFlag = std::shared_ptr<std::atomic<bool>>;

// Every external is tagged with its kind: a pointer to anything else must never be read as one.
inline constexpr napi_type_tag cancel_flag_tag{0x1a6e7c0f5b3d4e21, 0x9c41d2f07a8b6e35};
inline constexpr napi_type_tag judge_tag{0x6f2b90d3c7e1458a, 0xb05d3e9174ca2f86};

// Whether the value is an external with that tag.
bool is_external(const Napi::Value & value, const napi_type_tag & tag);

// These throw `invalid_argument` with the value's name, for what TypeScript should have caught.
[[noreturn]] void throw_argument(const std::string & message);
std::string to_string(const Napi::Value & value, const std::string & name);
bool to_bool(const Napi::Value & value, const std::string & name);
// A whole number in [low, high].
int64_t to_integer(const Napi::Value & value, const std::string & name, int64_t low, int64_t high);
std::vector<std::string> to_strings(const Napi::Value & value, const std::string & name);
std::vector<double> to_numbers(const Napi::Value & value, const std::string & name);
std::vector<int32_t> to_int32s(const Napi::Value & value, const std::string & name);
std::vector<std::vector<int32_t>> to_int32_lists(const Napi::Value & value, const std::string & name);
CancelFlag to_cancel_flag(const Napi::Value & value);

// The named fields of a request.
class Fields {
public:
    explicit Fields(const Napi::Value & value);

    std::string string(const char * name) const { return to_string(object_.Get(name), name); }
    bool boolean(const char * name) const { return to_bool(object_.Get(name), name); }
    template <typename Integer = int32_t>
    Integer integer(const char * name, int64_t low, int64_t high) const {
        return static_cast<Integer>(to_integer(object_.Get(name), name, low, high));
    }
    std::vector<std::string> strings(const char * name) const { return to_strings(object_.Get(name), name); }
    std::vector<double> numbers(const char * name) const { return to_numbers(object_.Get(name), name); }
    std::vector<int32_t> int32s(const char * name) const { return to_int32s(object_.Get(name), name); }
    std::vector<std::vector<int32_t>> int32_lists(const char * name) const {
        return to_int32_lists(object_.Get(name), name);
    }

private:
    Napi::Object object_;
};

Napi::Value from_int32s(Napi::Env env, const std::vector<int32_t> & values);
Napi::Value from_floats(Napi::Env env, const std::vector<float> & values);
Napi::Value from_string(Napi::Env env, const std::string & text);
// Null for an empty one.
Napi::Value from_optional(Napi::Env env, const std::string & text);

// An array of what `convert(env, element)` makes of each.
template <typename Element, typename Convert>
Napi::Value from_vector(Napi::Env env, const std::vector<Element> & elements, const Convert & convert) {
    auto array = Napi::Array::New(env, elements.size());
    for (size_t i = 0; i < elements.size(); ++i) {
        array.Set(static_cast<uint32_t>(i), convert(env, elements[i]));
    }
    return array;
}

}  // namespace lager::addon
