#include "test/run_cases.h"

#include <cstdio>
#include <exception>

#include "test/check.h"

namespace lager::test {

Paths paths;

int run_cases(const std::string & part) {
    int passed = 0;
    int failed = 0;
    for (const Case & test : cases()) {
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

}  // namespace lager::test
