#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::test {

/// A script of tests/support that runs a server: it prints the server's URL, may obey words, and
/// removes everything when its input ends, which also happens when this process dies.
class ServerScript {
public:
    /// `name`: its file in tests/support. Throws std::runtime_error when it prints no URL; why not
    /// stands on stderr.
    explicit ServerScript(const std::string& name, std::vector<std::string> arguments = {});
    ServerScript(const ServerScript&) = delete;
    ServerScript& operator=(const ServerScript&) = delete;
    ~ServerScript();

    const std::string& url() const { return url_; }
    /// Says a word and waits until it is done.
    void obey(std::string_view word);

private:
    struct Running;
    std::optional<std::string> line();

    const std::string name_;
    std::unique_ptr<Running> running_;
    std::string url_;
};

/// Ends this process as skipped (77), with CI=true as failed: what it tests is not installed here.
[[noreturn]] void skip_all_tests(std::string_view what, std::string_view why);

}  // namespace shopkeeper::test
