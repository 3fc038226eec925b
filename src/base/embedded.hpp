#pragma once

#include <span>
#include <string_view>

namespace shopkeeper {

/// A file of the repository that was compiled into the binary (cmake/EmbedFiles.cmake).
struct EmbeddedFile {
    std::string_view path;  ///< relative to its folder, e.g. "orders/create_order.json"
    std::string_view content;
};

namespace embedded {
std::span<const EmbeddedFile> migrations();
std::span<const EmbeddedFile> schemas();
std::span<const EmbeddedFile> resources();
std::span<const EmbeddedFile> prompts();
std::span<const EmbeddedFile> views();
std::span<const EmbeddedFile> pages();
}  // namespace embedded

}  // namespace shopkeeper
