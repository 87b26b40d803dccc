#pragma once

#include <string>

namespace lager::test {

// Runs the registered tests whose names hold `part`, prints what fails, and gives the program's exit status.
int run_cases(const std::string & part);

}  // namespace lager::test
