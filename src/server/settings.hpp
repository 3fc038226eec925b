#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every setting of the server in one table, and where each value comes from. The command line wins
/// over the environment, that over the file, that over the default. Rule: operations C1-C4, C7.
namespace shopkeeper::server {

struct Setting {
    enum class Kind { text, path, flag, integer, list, secret };

    std::string_view name;  ///< "http.port": `--http.port` and `port` under `[http]` in the file
    std::string_view environment;  ///< "SHOPKEEPER_HTTP_PORT"
    Kind kind;
    std::string_view fallback;
    std::int64_t min = 0;  ///< of an integer
    std::int64_t max = 0;
    std::string_view meaning;
    /// The name that other programs use for the same, which counts where ours is not set; empty:
    /// none. Rule: operations C6.
    std::string_view alias = {};
};

/// In the order in which people look for them.
std::span<const Setting> all_settings();

enum class Layer { fallback, file, environment, command_line };

struct Value {
    std::string text;
    Layer layer = Layer::fallback;
    std::string
        origin;  ///< in words: "default", "SHOPKEEPER_HTTP_PORT", "shopkeeper.toml [http] port"
};

/// One thing that must be mended before the process can start.
struct Problem {
    std::string where;  ///< the origin of the value
    std::string what;   ///< what is wrong with it and what would be accepted
};

/// The process's surroundings, read once by main. Nothing else asks the environment.
using Environment = std::map<std::string, std::string, std::less<>>;

class Settings {
public:
    /// Reads all layers; what does not fit is in `problems` and keeps its default.
    /// `command_line` holds the text given for each setting's name.
    Settings(const std::map<std::string, std::string, std::less<>>& command_line,
             const Environment& environment);

    const std::vector<Problem>& problems() const { return problems_; }

    const Value& value(std::string_view name) const;
    std::string text(std::string_view name) const { return value(name).text; }
    std::int64_t integer(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;
    /// Absolute. A path of the file is relative to the home, any other to the working folder.
    std::filesystem::path path(std::string_view name) const;
    /// The secret itself, or the content of the file that `<variable>_FILE` names or that systemd
    /// put into $CREDENTIALS_DIRECTORY; empty: not given. Rule: operations C3.
    std::string secret(std::string_view name) const { return value(name).text; }

    /// The folder of everything that is kept. Rule: operations A4.
    const std::filesystem::path& home() const { return home_; }

private:
    void read_environment(const Environment& environment);
    void read_secret_file(const Setting& setting, const Environment& environment);
    void read_file();
    void offer(const Setting& setting, Value value);

    std::filesystem::path home_;
    std::map<std::string, Value, std::less<>> values_;
    std::vector<Problem> problems_;
};

}  // namespace shopkeeper::server
