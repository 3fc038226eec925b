#pragma once

#include <string>
#include <string_view>

#include "storage/database.hpp"

namespace shopkeeper::storage {

/// The text of a migration in the engine's words: `{{identity}}`, the guards `{{append_only
/// <table>}}` and `{{maintainable <table>}}`, the policies `{{looked_up <table> <shop of a row>}}`
/// and `{{open_by <table> <secret of a row>}}`, and the types TEXT and INTEGER (in capitals, so
/// that a column may be called text).
std::string in_words_of(const Database& database, std::string_view sql);

}  // namespace shopkeeper::storage
