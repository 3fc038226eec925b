#pragma once

#include <string>
#include <string_view>

/// The parts of README.md that are derived from the code: `shopkeeper docs README.md` writes them
/// anew, and a test fails when they have gone stale.
namespace shopkeeper::server {

/// A Markdown table of every tool, by domain, from the embedded schemas.
std::string tools_document();

/// A Markdown table of every toolset and its tools.
std::string toolsets_document();

/// A Markdown table of every setting with its variable, default and meaning.
std::string settings_document();

/// `text` with what stands between each pair of `<!-- tools -->` ... `<!-- end of tools -->` marks
/// (and the same for `toolsets` and `settings`) replaced by the documents above. Throws
/// std::invalid_argument when a mark is missing.
std::string with_documents(std::string_view text);

}  // namespace shopkeeper::server
