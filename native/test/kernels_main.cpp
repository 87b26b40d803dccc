// Tests the kernels against one variant of ggml's CPU plugin: kernels_test PLUGIN SET [NAME_PART]
//
// SET is the kernels that fit it: avx2, avx512 or none. Exit 77 where this processor cannot run the plugin.

#include <cstdio>

#include "core/log.h"
#include "ggml-backend.h"
#include "kernels/cpu_kernels.h"
#include "test/run_cases.h"

int main(int argc, char ** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: kernels_test PLUGIN SET [NAME_PART]\n");
        return 2;
    }
    lager::install_log(lager::LogTo::nowhere);
    if (ggml_backend_load(argv[1]) == nullptr) {
        std::printf("this processor cannot run %s\n", argv[1]);
        return 77;
    }
    lager::install_cpu_kernels();
    const std::string set = lager::cpu_kernels().set;
    if (set != (std::string(argv[2]) == "none" ? "" : argv[2])) {
        std::printf("the kernels are \"%s\"\n", set.c_str());
        return 1;
    }
    return lager::test::run_cases(argc > 3 ? argv[3] : "");
}
