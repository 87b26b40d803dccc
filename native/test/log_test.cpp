#include "core/log.h"

#include "test/check.h"

using namespace lager;
using namespace lager::test;

TEST("what a file wrote into the log is seen on a terminal, and does nothing there") {
    CHECK(visible_bytes("name = tiny\nlayers = 2\n") == "name = tiny\nlayers = 2\n");
    CHECK(visible_bytes("\x1b]0;owned\x07\r\t\x7f") == "\\x1b]0;owned\\x07\\x0d\\x09\\x7f");
    CHECK(visible_bytes("\xc2\x9b"
                        "31m\xe2\x80\xae") == "\\xc2\\x9b31m\\xe2\\x80\\xae");
    CHECK(visible_bytes("").empty());
}
