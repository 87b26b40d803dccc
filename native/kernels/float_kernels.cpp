// BF16 and F16 weights: ggml (llamafile's tiles) keeps as many partial sums of an element as its registers have lanes,
// and adds them up as a tree of halves at the end. A partial sum is of every 8th or 16th word of a row, in order: a
// word is one number, made a float32, or a pair of numbers of BF16 where an instruction multiplies pairs.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int words = lanes;  // of a step, one for each partial sum
constexpr size_t bytes_of_step = words * register_bytes;

// What fills the registers with partial sums, and hides that an addition waits for the one before.
constexpr int words_at_once = registers == 32 ? 4 : 1;
constexpr int most_columns = 6;

struct F16 {
    static constexpr int64_t step = words;  // numbers of a row

    static Integers load_step(const char * row, int64_t s) { return as_words(halves_to_floats(row + s * step * 2)); }
    static Floats add_product(Floats sum, Integers weights, Integers numbers) {
        return multiply_add(as_floats(weights), as_floats(numbers), sum);
    }
};

struct Bf16 {
    static constexpr int64_t step = words;

    static Integers load_step(const char * row, int64_t s) { return as_words(bf16_to_floats(row + s * step * 2)); }
    static Floats add_product(Floats sum, Integers weights, Integers numbers) {
        return F16::add_product(sum, weights, numbers);
    }
};

#ifdef __AVX512BF16__

struct Bf16Pairs {
    static constexpr int64_t step = 2 * words;

    static Integers load_step(const char * row, int64_t s) { return load_unaligned(row + s * step * 2); }
    static Floats add_product(Floats sum, Integers weights, Integers numbers) {
        return add_bf16_products(sum, weights, numbers);
    }
};

#endif

// A column is [words_at_once words][step][word], filled up to whole registers of steps.
template <typename Numbers>
size_t bytes_of_words(int64_t length) {
    const int64_t steps = length / Numbers::step;
    return static_cast<size_t>((steps + lanes - 1) / lanes) * words_at_once * register_bytes;
}

template <typename Numbers>
struct FloatKernel {
    static constexpr int row_registers = panel_rows / lanes;
    static constexpr int columns_at_once = most_columns;
    static constexpr int least_columns = 1;

    static size_t part_size(int64_t length) {
        return static_cast<size_t>(length / Numbers::step) * row_registers * bytes_of_step;
    }

    static size_t column_size(int64_t length) { return words / words_at_once * bytes_of_words<Numbers>(length); }

    // [words_at_once words][step][word][register of rows]
    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        const int64_t steps = length / Numbers::step;
        const size_t bytes_of_words = row_registers * register_bytes * words_at_once;
        for (int64_t s = 0; s < steps; ++s) {
            for (int r = 0; r < row_registers; ++r) {
                Integers step[lanes];
                for (int i = 0; i < lanes; ++i) {
                    step[i] = Numbers::load_step(rows + static_cast<size_t>(r * lanes + i) * row_bytes, s);
                }
                transpose(step);
                for (int w = 0; w < words; ++w) {
                    const int64_t at = (w / words_at_once) * steps + s;
                    store(part + static_cast<size_t>(at) * bytes_of_words +
                              static_cast<size_t>(w % words_at_once * row_registers + r) * register_bytes,
                          step[w]);
                }
            }
        }
    }

    static void prepare(const char * activations, int64_t length, char * column) {
        const int64_t steps = length / Numbers::step;
        const size_t part = bytes_of_words<Numbers>(length);
        if constexpr (words_at_once > 1) {
            constexpr size_t some = words_at_once * 4;
            for (int64_t s = 0; s < steps; ++s) {
                alignas(register_bytes) char step[register_bytes];
                store(step, Numbers::load_step(activations, s));
                for (size_t w = 0; w < words / words_at_once; ++w) {
                    std::memcpy(column + w * part + static_cast<size_t>(s) * some, step + w * some, some);
                }
            }
        } else {
            for (int64_t first = 0; first < steps; first += lanes) {
                Integers some[lanes];
                for (int64_t i = 0; i < lanes; ++i) {
                    some[i] = first + i < steps ? Numbers::load_step(activations, first + i) : zero();
                }
                transpose(some);
                for (int w = 0; w < words; ++w) {
                    store_unaligned(column + static_cast<size_t>(w) * part + first * 4, some[w]);
                }
            }
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        Floats sums[count][row_registers][words];
        for (int first = 0; first < words; first += words_at_once) {
            part = add_words<count>(part, columns, length, first, sums);
            columns += bytes_of_words<Numbers>(length);
        }
        for (int c = 0; c < count; ++c) {
            for (int r = 0; r < row_registers; ++r) {
                add_up(sums[c][r]);
                store_unaligned(results + static_cast<size_t>(c) * result_stride + r * lanes, sums[c][r][0]);
            }
        }
    }

private:
    // The partial sums of `words_at_once` words from the first on; gives where the next words' weights are.
    template <int count>
    static const char * add_words(const char * part, const char * columns, int64_t length, int first,
                                  Floats (&sums)[count][row_registers][words]) {
        const int64_t steps = length / Numbers::step;
        const size_t column_bytes = column_size(length);
        Floats partial[count][words_at_once][row_registers];
#pragma GCC unroll 6
        for (int c = 0; c < count; ++c) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
#pragma GCC unroll 2
                for (int r = 0; r < row_registers; ++r) {
                    partial[c][w][r] = zero_floats();
                }
            }
        }
        for (int64_t s = 0; s < steps; ++s) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
                Integers weights[row_registers];
#pragma GCC unroll 2
                for (int r = 0; r < row_registers; ++r) {
                    weights[r] = load(part);
                    part += register_bytes;
                }
#pragma GCC unroll 6
                for (int c = 0; c < count; ++c) {
                    const Integers word =
                        spread_word(columns + static_cast<size_t>(c) * column_bytes + (s * words_at_once + w) * 4);
#pragma GCC unroll 2
                    for (int r = 0; r < row_registers; ++r) {
                        partial[c][w][r] = Numbers::add_product(partial[c][w][r], weights[r], word);
                    }
                }
            }
        }
#pragma GCC unroll 6
        for (int c = 0; c < count; ++c) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
#pragma GCC unroll 2
                for (int r = 0; r < row_registers; ++r) {
                    sums[c][r][first + w] = partial[c][w][r];
                }
            }
        }
        return part;
    }
};

}  // namespace

const PanelKernel f16_kernel = panel_kernel<FloatKernel<F16>>(GGML_TYPE_F16, GGML_TYPE_F16, "F16", F16::step);
const PanelKernel bf16_kernel = panel_kernel<FloatKernel<Bf16>>(GGML_TYPE_BF16, GGML_TYPE_BF16, "BF16", Bf16::step);
#ifdef __AVX512BF16__
const PanelKernel bf16_pairs_kernel =
    panel_kernel<FloatKernel<Bf16Pairs>>(GGML_TYPE_BF16, GGML_TYPE_BF16, "BF16", Bf16Pairs::step, "AVX512_BF16");
#endif

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
