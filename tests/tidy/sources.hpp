#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::tidy {

/// One file of the repository. `path` is relative to its root, with forward slashes.
struct SourceFile {
    std::string path;
    std::string text;
};

/// What a rule found: where, and what to do about it.
struct Finding {
    std::string path;
    std::size_t line = 0;
    std::string advice;
};

inline std::string to_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.advice + "\n";
    return text;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// Every file under the given top folders whose name ends in one of `endings`, sorted by path.
std::vector<SourceFile> sources(const std::vector<std::string>& folders,
                                const std::vector<std::string>& endings);

}  // namespace shopkeeper::tidy
