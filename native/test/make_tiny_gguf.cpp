// Writes tiny random GGUF models for the tests. See tiny_gguf.h.

#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "test/tiny_gguf.h"

namespace {

constexpr const char * usage =
    "usage: make_tiny_gguf --list\n"
    "       make_tiny_gguf [--seed N] [--no-chat-template | --chat-template FILE]\n"
    "                      VOCAB_DIR OUT_DIR [NAME...]\n"
    "\n"
    "Writes OUT_DIR/NAME.gguf for each NAME, or for all. VOCAB_DIR holds llama.cpp's\n"
    "ggml-vocab-*.gguf files.\n";

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string read_text(const std::string & path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

uint64_t read_seed(const std::string & text) {
    try {
        return std::stoull(text);
    } catch (const std::logic_error &) {  // not a number, or too large
        throw UsageError("--seed needs a whole number, not " + text);
    }
}

void list() {
    for (const lager::test::TinyGguf & tiny : lager::test::tiny_ggufs()) {
        std::cout << tiny.name << '\t' << tiny.description << '\n';
    }
}

void run(const std::vector<std::string> & arguments) {
    lager::test::TinyGgufOptions options;
    std::vector<std::string> positional;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string & argument = arguments[i];
        const auto value = [&]() -> const std::string & {
            if (i + 1 == arguments.size()) {
                throw UsageError(argument + " needs a value");
            }
            return arguments[++i];
        };
        if (argument == "--list") {
            list();
            return;
        }
        if (argument == "--seed") {
            options.seed = read_seed(value());
        } else if (argument == "--no-chat-template") {
            options.chat_template = "";
        } else if (argument == "--chat-template") {
            options.chat_template = read_text(value());
        } else if (argument.rfind("--", 0) == 0) {
            throw UsageError("unknown option " + argument);
        } else {
            positional.push_back(argument);
        }
    }
    if (positional.size() < 2) {
        throw UsageError("VOCAB_DIR and OUT_DIR are needed");
    }

    const std::filesystem::path vocab_dir = positional[0];
    const std::filesystem::path out_dir = positional[1];
    std::vector<std::string> names(positional.begin() + 2, positional.end());
    if (names.empty()) {
        for (const lager::test::TinyGguf & tiny : lager::test::tiny_ggufs()) {
            names.push_back(tiny.name);
        }
    }
    std::filesystem::create_directories(out_dir);
    for (const std::string & name : names) {
        const std::filesystem::path file = out_dir / (name + ".gguf");
        lager::test::write_tiny_gguf(name, vocab_dir, file, options);
        std::cout << file.string() << '\t' << std::filesystem::file_size(file) << " bytes\n";
    }
}

}  // namespace

int main(int argc, char ** argv) {
    try {
        run({argv + 1, argv + argc});
        return 0;
    } catch (const UsageError & error) {
        std::cerr << "make_tiny_gguf: " << error.what() << "\n\n" << usage;
        return 2;
    } catch (const std::exception & error) {
        std::cerr << "make_tiny_gguf: " << error.what() << '\n';
        return 1;
    }
}
