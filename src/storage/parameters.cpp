#include "storage/parameters.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <stdexcept>
#include <string>

namespace shopkeeper::storage {

std::size_t count_parameters(std::string_view sql) {
    std::set<std::size_t> numbers;
    bool is_quoted = false;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        if (sql[at] == '\'') is_quoted = !is_quoted;
        if (is_quoted || sql[at] != '$') continue;
        std::size_t number = 0;
        while (at + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at + 1])) != 0)
            number = number * 10 + static_cast<std::size_t>(sql[++at] - '0');
        if (number > 0) numbers.insert(number);
    }
    if (!numbers.empty() && *numbers.rbegin() != numbers.size())
        throw std::logic_error("parameters must be $1..$n without gaps: " + std::string(sql));
    return numbers.size();
}

}  // namespace shopkeeper::storage
