// Q6_K weights: numbers of six bits, less 32. A block is
// {low: 128 × 8 bits, high: 64 × 8 bits, scales of 16 numbers: 16 × int8, d: half}.

#include "kernels/eight_sums.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr size_t high_at = 128;
constexpr size_t scales_at = high_at + 64;
constexpr size_t scale_at = scales_at + 16;

struct Q6_K {
    static constexpr size_t weight_bytes = scale_at + 2;
    static constexpr int own_registers = places;  // -32 times the scales of neighbours
    static constexpr size_t column_bytes = q8_k_bytes;

    static void unpack(const char * from, char * numbers) {
        for (int half = 0; half < 2; ++half) {
            const char * low = from + half * 64;
            const char * high = from + high_at + half * 32;
            char * to = numbers + half * 128;
            for (int i = 0; i < 32; ++i) {
                const auto first = static_cast<unsigned char>(low[i]);
                const auto second = static_cast<unsigned char>(low[32 + i]);
                const auto upper = static_cast<unsigned char>(high[i]);
                to[i] = static_cast<char>((first & 15) | ((upper & 3) << 4));
                to[32 + i] = static_cast<char>((second & 15) | ((upper >> 2 & 3) << 4));
                to[64 + i] = static_cast<char>((first >> 4) | ((upper >> 4 & 3) << 4));
                to[96 + i] = static_cast<char>((second >> 4) | ((upper >> 6) << 4));
            }
        }
    }

    static void pack_scales(const char * from, int row, char * part) {
        for (int v = 0; v < vectors; ++v) {
            for (int half = 0; half < 2; ++half) {
                const int scale = static_cast<signed char>(from[scales_at + 2 * v + half]);
                put_scale(part, row, half, v, scale);
                put_int16(part, part_own + v, row, half, -32 * scale);
            }
        }
        store_float(part + part_scale * register_bytes + row * 4, half_to_float(from + scale_at));
    }

    static void prepare(const char * activations, char * column) { std::memcpy(column, activations, column_bytes); }

    // ggml has the 32 of place l's numbers in its place's sum.
    static Integers start(const char * part, const char * column, int place) {
        return multiply_pairs(load(part + static_cast<size_t>(part_own + place) * register_bytes),
                              spread_word(column + q8_k_sums_at + place * 4));
    }

    template <int count>
    using Rest = NoRest;
};

}  // namespace

const PanelKernel q6_k_kernel =
    panel_kernel<PartialSums<EightSums<Q6_K>>>(GGML_TYPE_Q6_K, GGML_TYPE_Q8_K, "Q6_K", big_block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
