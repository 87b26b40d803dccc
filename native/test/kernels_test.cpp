// Every kernel against ggml's own, bit for bit, over shapes, and the check itself against what it must
// find.

#include <cfenv>

#include "base/backend_functions.h"
#include "base/names.h"
#include "kernels/cpu_kernels.h"
#include "kernels/kernel_check.h"
#include "test/check.h"

using namespace lager;
using namespace lager::kernels;

namespace {

// Turns the kernels off for good when a test ends, and on again for the others.
struct Restore {
    ~Restore() { use_cpu_kernels(true); }
};

struct NamedType {
    const char * name;
    ggml_type type;
};

constexpr NamedType types[] = {
    {"BF16", GGML_TYPE_BF16}, {"F16", GGML_TYPE_F16},   {"Q4_1", GGML_TYPE_Q4_1},
    {"Q5_K", GGML_TYPE_Q5_K}, {"Q6_K", GGML_TYPE_Q6_K}, {"Q8_0", GGML_TYPE_Q8_0},
};

bool is_in_place(const std::string & name) { return contains(cpu_kernels().in_place, name); }

// The buffers that ggml repacks weights in.
ggml_backend_buffer_type_t repacked() {
    ggml_backend_buffer_type_t type = repacked_buffer_type();
    if (type == nullptr) {
        test::fail(__FILE__, __LINE__, "ggml's CPU plugin repacks no weights");
    }
    return type;
}

void check_product(const NamedType & type, ggml_backend_buffer_type_t buffers, const ProductShape & shape,
                   int threads) {
    const uint64_t before = cpu_kernel_operations();
    const bool agrees = agrees_on_product(cpu_device(), type.type, buffers, shape, threads, use_cpu_kernels);
    const std::string what = std::string(type.name) + " " + std::to_string(shape.length) + " x " +
                             std::to_string(shape.rows) + " x " + std::to_string(shape.columns) + ", " +
                             std::to_string(threads) + " threads";
    if (!agrees) {
        test::fail(__FILE__, __LINE__, what + ": the bits differ");
    }
    if (cpu_kernel_operations() != before + 1) {
        test::fail(__FILE__, __LINE__, what + ": the kernel did not run, or ran when it was off");
    }
}

}  // namespace

TEST("all kernels of the set agree with ggml's and are in place, but where ggml's sums have another number of parts") {
    std::vector<std::string> out;
    // AVX2's float kernels add up eight parts, those of a plugin with AVX-512 sixteen.
    if (cpu_kernels().set == "avx2" && contains(cpu_features(), "AVX512")) {
        out = {"BF16", "F16"};
    }
    CHECK(cpu_kernels().left_out == out);
    CHECK_EQUAL(cpu_kernels().in_place.size() + out.size(), 9U);
}

TEST("products have ggml's bits at any number of rows, columns and threads") {
    const Restore restore;
    for (const NamedType & type : types) {
        if (!is_in_place(type.name)) {
            continue;
        }
        for (const ProductShape & shape : {ProductShape{256, 16, 16}, ProductShape{512, 64, 17},
                                           ProductShape{1536, 208, 70}, ProductShape{2304, 32, 131}}) {
            for (int threads : {1, 2, 3}) {
                check_product(type, nullptr, shape, threads);
            }
        }
    }
}

TEST("products with repacked weights have ggml's bits, and so have tokens left over from fours") {
    const Restore restore;
    for (const NamedType & type : {NamedType{"Q4_0", GGML_TYPE_Q4_0}, NamedType{"Q4_K", GGML_TYPE_Q4_K}}) {
        CHECK(is_in_place(type.name));
        for (int64_t columns : {16, 17, 18, 19, 64, 131}) {
            for (int threads : {1, 2, 3}) {
                check_product(type, repacked(), {1536, 208, columns}, threads);
                check_product(type, repacked(), {256, 16, columns}, threads);
            }
        }
    }
}

TEST("weights that are not laid out as a kernel expects are left to ggml") {
    const Restore restore;
    const uint64_t before = cpu_kernel_operations();
    for (ggml_type type : {GGML_TYPE_Q4_K, GGML_TYPE_Q4_0}) {
        CHECK_EQUAL(agrees_on_product(cpu_device(), type, nullptr, {512, 32, 64}, 1, use_cpu_kernels), true);
    }
    CHECK_EQUAL(agrees_on_product(cpu_device(), GGML_TYPE_IQ4_NL, repacked(), {512, 32, 64}, 1, use_cpu_kernels), true);
    CHECK_EQUAL(cpu_kernel_operations(), before);
}

TEST("the rows of a product need not be whole super-blocks where the weights' blocks are smaller") {
    const Restore restore;
    for (const NamedType & type : types) {
        if (is_in_place(type.name) && ggml_blck_size(type.type) < 256) {
            check_product(type, nullptr, {576, 192, 64}, 2);
        }
    }
}

TEST("shapes that the kernels do not take are left to ggml") {
    const Restore restore;
    for (const NamedType & type : types) {
        for (const ProductShape & shape : {ProductShape{256, 24, 64}, ProductShape{256, 32, 1}}) {
            const uint64_t before = cpu_kernel_operations();
            CHECK_EQUAL(agrees_on_product(cpu_device(), type.type, nullptr, shape, 1, use_cpu_kernels), true);
            CHECK_EQUAL(cpu_kernel_operations(), before);
        }
    }
}

TEST("attention has ggml's bits for any heads, lengths and masks") {
    const Restore restore;
    if (!is_in_place("attention")) {
        return;
    }
    const AttentionShape shapes[] = {
        {64, 64, 9, 3, 64, 64, 0},      // a prompt's start
        {64, 64, 9, 3, 100, 612, 0},    // keys that are no whole tile
        {128, 128, 12, 2, 65, 256, 0},  // one query more than ggml's tile
        {256, 256, 4, 1, 96, 320, 200}, // tiles that nobody sees
        {80, 96, 8, 8, 127, 333, 70},   // a tile that is seen in part, heads of their own
        {16, 48, 6, 2, 200, 200, 0},
    };
    for (const AttentionShape & shape : shapes) {
        for (int threads : {1, 2, 3}) {
            const uint64_t before = cpu_kernel_operations();
            CHECK_EQUAL(agrees_on_attention(cpu_device(), shape, threads, use_cpu_kernels), true);
            CHECK_EQUAL(cpu_kernel_operations(), before + 1);
        }
    }
}

TEST("few queries are left to ggml, which does not take them in tiles") {
    const Restore restore;
    const uint64_t before = cpu_kernel_operations();
    CHECK_EQUAL(agrees_on_attention(cpu_device(), {64, 64, 4, 2, 63, 128, 0}, 1, use_cpu_kernels), true);
    CHECK_EQUAL(cpu_kernel_operations(), before);
}

TEST("the check finds sums that round otherwise") {
    const Restore restore;
    const auto round_upwards = [](bool use) {
        use_cpu_kernels(false);
        std::fesetround(use ? FE_UPWARD : FE_TONEAREST);
    };
    for (const NamedType & type : types) {
        CHECK_EQUAL(agrees_on_product(cpu_device(), type.type, nullptr, {768, 48, 37}, 1, round_upwards), false);
    }
    CHECK_EQUAL(agrees_on_attention(cpu_device(), {32, 48, 6, 2, 70, 200, 65}, 1, round_upwards), false);
}
