#pragma once

#include <cstddef>
#include <string_view>

namespace shopkeeper::storage {

/// How many parameters a statement takes: the n of its `$1..$n`.
/// Throws std::logic_error when one of them is missing.
std::size_t count_parameters(std::string_view sql);

}  // namespace shopkeeper::storage
