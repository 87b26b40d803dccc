#include "tools/decode_plan.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lager::bench {
namespace {

std::vector<int32_t> read_numbers(const std::string & line, const std::string & place) {
    std::istringstream in(line);
    std::vector<int32_t> numbers;
    for (int32_t number = 0; in >> number;) {
        numbers.push_back(number);
    }
    if (!in.eof() || numbers.empty()) {
        throw std::runtime_error(place + ": a line of whole numbers is expected");
    }
    return numbers;
}

}  // namespace

DecodePlan read_plan(const std::string & path) {
    std::ifstream in(path);
    if (!in) {
        throw std::runtime_error("cannot read " + path);
    }
    DecodePlan plan;
    int line_number = 0;
    for (std::string line; std::getline(in, line);) {
        const std::string place = path + ":" + std::to_string(++line_number);
        std::vector<int32_t> numbers = read_numbers(line, place);
        if (line_number == 1) {
            plan.score_tokens = std::move(numbers);
            continue;
        }
        const int32_t reused = numbers[0];
        numbers.erase(numbers.begin());
        if (reused < 0 || static_cast<size_t>(reused) >= numbers.size()) {
            throw std::runtime_error(place + ": more tokens are reused than the prompt has");
        }
        plan.prompts.push_back({reused, std::move(numbers)});
    }
    if (plan.prompts.empty()) {
        throw std::runtime_error(path + ": it has no prompt");
    }
    return plan;
}

}  // namespace lager::bench
