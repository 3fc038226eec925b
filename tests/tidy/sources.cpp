#include "tidy/sources.hpp"

#include <algorithm>

#include "source_dir.hpp"

namespace shopkeeper::tidy {

namespace fs = std::filesystem;

std::vector<SourceFile> sources(const std::vector<std::string>& folders,
                                const std::vector<std::string>& endings) {
    const fs::path root = SHOPKEEPER_SOURCE_DIR;
    std::vector<SourceFile> files;
    for (const std::string& folder : folders) {
        if (!fs::exists(root / folder)) continue;
        for (auto entry = fs::recursive_directory_iterator(root / folder);
             entry != fs::recursive_directory_iterator(); ++entry) {
            // Packages of npm lie in the tree but are not ours.
            if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
            const std::string extension = entry->path().extension().string();
            if (!entry->is_regular_file() ||
                std::find(endings.begin(), endings.end(), extension) == endings.end())
                continue;
            files.push_back(
                {fs::relative(entry->path(), root).generic_string(), read_file(entry->path())});
        }
    }
    std::sort(files.begin(), files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace shopkeeper::tidy
