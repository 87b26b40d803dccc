#include "core/head/layer_capture.h"

#include "core/backends.h"
#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "test/check.h"

using namespace lager;

namespace {

constexpr int64_t width = 4;

// Host tensors of a graph that is never computed: the capture is handed them as the scheduler would.
struct Tensors {
    explicit Tensors(const std::vector<std::pair<std::string, int64_t>> & shapes, int64_t n_embd = width) {
        context = ggml_init({1 << 20, nullptr, true});
        for (const auto & [name, tokens] : shapes) {
            all.push_back(ggml_set_name(ggml_new_tensor_2d(context, GGML_TYPE_F32, n_embd, tokens), name.c_str()));
        }
        buffer = ggml_backend_alloc_ctx_tensors_from_buft(
            context, ggml_backend_dev_buffer_type(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU)));
        float value = 0.0f;
        for (ggml_tensor * tensor : all) {
            std::vector<float> data(static_cast<size_t>(ggml_nelements(tensor)));
            for (float & x : data) {
                x = value++;
            }
            ggml_backend_tensor_set(tensor, data.data(), 0, data.size() * sizeof(float));
        }
    }
    ~Tensors() {
        ggml_backend_buffer_free(buffer);
        ggml_free(context);
    }
    void show(LayerCapture & capture) const {
        for (ggml_tensor * tensor : all) {
            if (LayerCapture::callback(tensor, true, &capture)) {
                LayerCapture::callback(tensor, false, &capture);
            }
        }
    }
    ggml_context * context;
    ggml_backend_buffer_t buffer;
    std::vector<ggml_tensor *> all;
};

}  // namespace

TEST("rows of all tokens and rows cut to the outputs are both taken at the position") {
    Tensors tensors({{"embd", 3}, {"l_out-0", 3}, {"ffn_out-0", 3}, {"l_out-1", 1}});
    LayerCapture capture(2);
    capture.set_targets({"l_out-", {width, 1}, {"embd", 0}});
    capture.arm(3, {2});
    tensors.show(capture);
    capture.disarm();
    const std::vector<float> hidden = capture.hidden(0);
    CHECK_EQUAL(hidden.size(), size_t{12});
    CHECK_EQUAL(hidden[0], 8.0f);    // embd, token 2
    CHECK_EQUAL(hidden[4], 20.0f);   // l_out-0, token 2
    CHECK_EQUAL(hidden[8], 36.0f);   // l_out-1, its only row
}

TEST("a layer that was not seen, or seen twice, is an error that names its tensor") {
    LayerCapture capture(2);
    capture.set_targets({"l_out-", {width, 1}, {}});
    capture.arm(3, {2});
    Tensors({{"l_out-0", 3}}).show(capture);
    CHECK_ERROR(ErrorCode::capture_incomplete, "l_out-1", capture.disarm());
    capture.arm(3, {2});
    Tensors({{"l_out-0", 3}, {"l_out-0", 3}, {"l_out-1", 1}}).show(capture);
    CHECK_ERROR(ErrorCode::capture_incomplete, "seen 2 times", capture.disarm());
}

TEST("a layer of an unexpected shape is an error that names tensor and shape") {
    LayerCapture capture(1);
    capture.set_targets({"l_out-", {width, 1}, {}});
    capture.arm(3, {2});
    Tensors({{"l_out-0", 2}}).show(capture);
    CHECK_ERROR(ErrorCode::capture_incomplete, "l_out-0 of shape [4, 2, 1, 1] f32", capture.disarm());
    capture.arm(3, {2});
    Tensors({{"l_out-0", 3}}, 5).show(capture);
    CHECK_ERROR(ErrorCode::capture_incomplete, "[5, 3, 1, 1]", capture.disarm());
}

TEST("an idle capture asks for nothing, and a discarded one reports nothing") {
    Tensors tensors({{"l_out-0", 3}});
    LayerCapture capture(1);
    capture.set_targets({"l_out-", {width, 1}, {}});
    CHECK(!LayerCapture::callback(tensors.all[0], true, &capture));
    capture.arm(3, {0});
    capture.discard();
    CHECK(!LayerCapture::callback(tensors.all[0], true, &capture));
    capture.disarm();
}

TEST("logits whose rows are not cut to the outputs are an error") {
    LayerCapture capture(1);
    capture.set_targets({"l_out-", {width, 1}, {}});
    capture.arm(3, {2});
    Tensors({{"l_out-0", 3}, {"result_output", 3}}).show(capture);
    CHECK_ERROR(ErrorCode::capture_incomplete, "another token's logits", capture.disarm());
}
