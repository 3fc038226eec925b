#include "storage/errors.hpp"

#include <algorithm>
#include <string>

namespace shopkeeper::storage {
namespace {

std::string one_line(std::string_view text) {
    constexpr std::string_view kWhiteSpace = " \t\r\n";
    std::string line;
    for (std::size_t at = 0; (at = text.find_first_not_of(kWhiteSpace, at)) != text.npos;) {
        const std::size_t end = std::min(text.find_first_of(kWhiteSpace, at), text.size());
        if (!line.empty()) line += ' ';
        line += text.substr(at, end - at);
        at = end;
    }
    return line;
}

}  // namespace

Error::Error(std::string_view message) : std::runtime_error(one_line(message)) {}

}  // namespace shopkeeper::storage
