// Runs all registered tests: core_test BACKEND_DIR FIXTURE_DIR [NAME_PART]

#include <cstdio>

#include "core/backends.h"
#include "core/log.h"
#include "kernels/cpu_kernels.h"
#include "test/check.h"
#include "test/run_cases.h"

int main(int argc, char ** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: core_test BACKEND_DIR FIXTURE_DIR [NAME_PART]\n");
        return 2;
    }
    lager::test::paths = {argv[1], argv[2]};
    lager::install_log(lager::LogTo::nowhere);
    lager::load_backends(argv[1]);
    lager::install_cpu_kernels();
    return lager::test::run_cases(argc > 3 ? argv[3] : "");
}
