#include "addon/values.h"

#include <algorithm>
#include <cmath>

namespace lager::addon {

void throw_argument(const std::string & message) { throw Error(ErrorCode::invalid_argument, message); }

std::string to_string(const Napi::Value & value, const std::string & name) {
    if (!value.IsString()) {
        throw_argument(name + " must be a string");
    }
    return value.As<Napi::String>().Utf8Value();
}

bool to_bool(const Napi::Value & value, const std::string & name) {
    if (!value.IsBoolean()) {
        throw_argument(name + " must be a boolean");
    }
    return value.As<Napi::Boolean>().Value();
}

int64_t to_integer(const Napi::Value & value, const std::string & name, int64_t low, int64_t high) {
    const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
    if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high)) || number != std::floor(number)) {
        throw_argument(name + " must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return static_cast<int64_t>(number);
}

std::vector<std::string> to_strings(const Napi::Value & value, const std::string & name) {
    if (!value.IsArray()) {
        throw_argument(name + " must be an array of strings");
    }
    const auto array = value.As<Napi::Array>();
    std::vector<std::string> strings;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        strings.push_back(to_string(array.Get(i), name));
    }
    return strings;
}

std::vector<double> to_numbers(const Napi::Value & value, const std::string & name) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
        throw_argument(name + " must be a Float64Array");
    }
    const auto array = value.As<Napi::Float64Array>();
    return std::vector<double>(array.Data(), array.Data() + array.ElementLength());
}

std::vector<int32_t> to_int32s(const Napi::Value & value, const std::string & name) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
        throw_argument(name + " must be an Int32Array");
    }
    const auto array = value.As<Napi::Int32Array>();
    return std::vector<int32_t>(array.Data(), array.Data() + array.ElementLength());
}

std::vector<std::vector<int32_t>> to_int32_lists(const Napi::Value & value, const std::string & name) {
    if (!value.IsArray()) {
        throw_argument(name + " must be an array of Int32Arrays");
    }
    const auto array = value.As<Napi::Array>();
    std::vector<std::vector<int32_t>> lists;
    for (uint32_t i = 0; i < array.Length(); ++i) {
        lists.push_back(to_int32s(array.Get(i), name));
    }
    return lists;
}

bool is_external(const Napi::Value & value, const napi_type_tag & tag) {
    return value.IsExternal() && value.As<Napi::External<void>>().CheckTypeTag(&tag);
}

CancelFlag to_cancel_flag(const Napi::Value & value) {
    if (!is_external(value, cancel_flag_tag)) {
        throw_argument("the cancel flag must come from newCancelFlag()");
    }
    return *value.As<Napi::External<CancelFlag>>().Data();
}

Fields::Fields(const Napi::Value & value) {
    if (!value.IsObject()) {
        throw_argument("a request must be an object");
    }
    object_ = value.As<Napi::Object>();
}

Napi::Value from_int32s(Napi::Env env, const std::vector<int32_t> & values) {
    auto array = Napi::Int32Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

Napi::Value from_floats(Napi::Env env, const std::vector<float> & values) {
    auto array = Napi::Float32Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

Napi::Value from_string(Napi::Env env, const std::string & text) { return Napi::String::New(env, text); }

Napi::Value from_optional(Napi::Env env, const std::string & text) {
    return text.empty() ? env.Null() : from_string(env, text);
}

}  // namespace lager::addon
