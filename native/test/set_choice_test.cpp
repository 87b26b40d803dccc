// Which kernels are chosen, from the plugin's features and LAGER_KERNELS.

#include "kernels/set_choice.h"

#include <stdexcept>

#include "test/check.h"

using namespace lager::kernels;

namespace {

const std::vector<SetChoice> sets = {
    {"avx512", {"AVX512", "AVX512_VNNI"}}, {"avx2", {"AVX2", "AVX_VNNI"}}, {"avx2", {"AVX2"}}};

// What is said of a choice that cannot be made.
std::string refusal(const char * wanted, const std::vector<SetChoice> & built,
                    const std::vector<std::string> & features) {
    try {
        choose_set(wanted, built, features);
    } catch (const std::invalid_argument & error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST("without LAGER_KERNELS the best set is chosen that the plugin's features fit") {
    CHECK_EQUAL(choose_set(nullptr, sets, {"AVX2", "AVX512", "AVX512_VNNI"}), 0);
    CHECK_EQUAL(choose_set("", sets, {"AVX2", "AVX512"}), 2);
    CHECK_EQUAL(choose_set(nullptr, sets, {"AVX2", "AVX_VNNI"}), 1);
    CHECK_EQUAL(choose_set(nullptr, sets, {"AVX2"}), 2);
    CHECK_EQUAL(choose_set(nullptr, sets, {"AVX"}), -1);
    CHECK_EQUAL(choose_set(nullptr, {}, {"NEON"}), -1);
}

TEST("LAGER_KERNELS chooses a set or none") {
    CHECK_EQUAL(choose_set("avx2", sets, {"AVX2", "AVX512", "AVX512_VNNI"}), 2);
    CHECK_EQUAL(choose_set("avx512", sets, {"AVX2", "AVX512", "AVX512_VNNI"}), 0);
    CHECK_EQUAL(choose_set("off", sets, {"AVX2"}), -1);
    CHECK_EQUAL(choose_set("off", {}, {}), -1);
}

TEST("a value of LAGER_KERNELS that is none, or that does not fit, is an error that says why") {
    CHECK_EQUAL(refusal("fast", sets, {"AVX2"}), "LAGER_KERNELS is \"fast\"; it must be off, avx2 or avx512");
    CHECK(refusal("avx512", sets, {"AVX2"}).find("needs AVX512 AVX512_VNNI; the CPU plugin in use has AVX2") !=
          std::string::npos);
    CHECK(refusal("avx2", {}, {"NEON"}).find("no such kernels") != std::string::npos);
}
