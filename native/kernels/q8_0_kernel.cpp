// Q8_0 weights and activations: as Q4_1, without minima. A block is {d: half; 32 × int8}.

#include "kernels/eight_groups.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int groups = partial_sums;
constexpr size_t bytes_of_group = SignedFours::registers_of_four * register_bytes;

struct Q8_0 {
    static constexpr size_t weight_bytes = 2 + 32;
    static constexpr size_t activation_bytes = weight_bytes;
    static constexpr size_t scales_at = groups * bytes_of_group;
    static constexpr size_t part_bytes = scales_at + register_bytes;
    static constexpr size_t column_bytes = sizeof(float) + groups * 8;  // d, two words of each group

    static void pack(const char * rows, size_t row_bytes, char * part) {
        alignas(register_bytes) int32_t fours[groups][lanes];
        for (int r = 0; r < lanes; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes;
            for (int g = 0; g < groups; ++g) {
                fours[g][r] = load_word(from + 2 + g * 4);
            }
            store_float(part + scales_at + r * 4, half_to_float(from));
        }
        for (int g = 0; g < groups; ++g) {
            SignedFours::pack(load(fours[g]), part + static_cast<size_t>(g) * bytes_of_group);
        }
    }

    static void prepare(const char * activations, char * column) {
        store_float(column, half_to_float(activations));
        for (int g = 0; g < groups; ++g) {
            int8_t four[4];
            std::memcpy(four, activations + 2 + g * 4, sizeof(four));
            SignedFours::prepare(four, column + 4 + g * 8);
        }
    }

    static Floats dot(const char * part, const char * column, int group) {
        const char * words = column + 4 + group * 8;
        return SignedFours::dot(part + static_cast<size_t>(group) * bytes_of_group, load_word(words),
                                load_word(words + 4));
    }

    template <int count>
    using Rest = NoRest;
};

}  // namespace

const PanelKernel q8_0_kernel =
    panel_kernel<PartialSums<EightGroups<Q8_0>>>(GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, "Q8_0", EightGroups<Q8_0>::numbers);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
