// Runs all registered tests: core_test BACKEND_DIR FIXTURE_DIR [NAME_PART]

#include <cstdio>
#include <exception>

#include "core/backends.h"
#include "core/log.h"
#include "kernels/cpu_kernels.h"
#include "test/check.h"

namespace lager::test {
Paths paths;
}

int main(int argc, char ** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: core_test BACKEND_DIR FIXTURE_DIR [NAME_PART]\n");
        return 2;
    }
    lager::test::paths = {argv[1], argv[2]};
    const std::string part = argc > 3 ? argv[3] : "";
    lager::install_log(lager::LogTo::nowhere);
    lager::load_backends(argv[1]);
    lager::install_cpu_kernels();
    int passed = 0;
    int failed = 0;
    for (const lager::test::Case & test : lager::test::cases()) {
        if (test.name.find(part) == std::string::npos) {
            continue;
        }
        try {
            test.run();
            ++passed;
        } catch (const std::exception & error) {
            ++failed;
            std::printf("FAILED %s\n       %s\n", test.name.c_str(), error.what());
        }
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
