#include "core/error.h"

namespace lager {

const char * code_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument: return "INVALID_ARGUMENT";
        case ErrorCode::prompt_too_long: return "PROMPT_TOO_LONG";
        case ErrorCode::invalid_gguf: return "INVALID_GGUF";
        case ErrorCode::unsupported_judge: return "UNSUPPORTED_JUDGE";
        case ErrorCode::invalid_adapter: return "INVALID_ADAPTER";
        case ErrorCode::backend_unavailable: return "BACKEND_UNAVAILABLE";
        case ErrorCode::out_of_memory: return "OUT_OF_MEMORY";
        case ErrorCode::decode_failed: return "DECODE_FAILED";
        case ErrorCode::capture_incomplete: return "CAPTURE_INCOMPLETE";
        case ErrorCode::head_mismatch: return "HEAD_MISMATCH";
        case ErrorCode::aborted: return "ABORTED";
        case ErrorCode::disposed: return "DISPOSED";
        case ErrorCode::internal: return "INTERNAL";
    }
    return "INTERNAL";
}

}  // namespace lager
