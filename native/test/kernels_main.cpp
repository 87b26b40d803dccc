// Tests the kernels against one variant of ggml's CPU plugin: kernels_test BACKEND_DIR VARIANT SET [NAME_PART]
//
// SET is the kernels that fit it: avx2, avx512 or none. Exit 77 where this processor cannot run the variant.

#include <cstdio>

#include "core/cpu_variant.h"
#include "core/error.h"
#include "core/log.h"
#include "kernels/cpu_kernels.h"
#include "test/run_cases.h"

int main(int argc, char ** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: kernels_test BACKEND_DIR VARIANT SET [NAME_PART]\n");
        return 2;
    }
    lager::install_log(lager::LogTo::nowhere);
    try {
        lager::load_cpu_variant(argv[1], argv[2]);
    } catch (const lager::Error & error) {
        std::printf("%s\n", error.what());
        return error.code() == lager::ErrorCode::backend_unavailable ? 77 : 1;
    }
    lager::install_cpu_kernels();
    const std::string set = lager::cpu_kernels().set;
    if (set != (std::string(argv[3]) == "none" ? "" : argv[3])) {
        std::printf("the kernels are \"%s\"\n", set.c_str());
        return 1;
    }
    return lager::test::run_cases(argc > 4 ? argv[4] : "");
}
