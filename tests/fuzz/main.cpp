// The coverage-guided fuzzer's way in; `./dev fuzz` builds and runs it.
#include <cstddef>
#include <cstdint>

#include "fuzz/message_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // An exception that escapes is a finding.
    shopkeeper::test::exercise({reinterpret_cast<const char*>(data), size});
    return 0;
}
