#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "support/temp_folder.hpp"

namespace shopkeeper::test {

/// What a command that ran to its end left behind.
struct Finished {
    int code = 0;
    std::string out;
    std::string err;
};

/// What a command that was to succeed has printed.
inline Json json_of(const Finished& finished) {
    INFO(finished.out << finished.err);
    REQUIRE(finished.code == 0);
    const auto json = parse_json(finished.out);
    REQUIRE(json);
    return *json;
}

/// A home of its own, and the real binary run in it with no other environment than what a test
/// adds.
class CommandLine {
public:
    std::string home() const { return folder_.file("home"); }
    std::string file(const std::string& name) const { return folder_.file(name); }
    std::string database() const { return home() + "/data/shop.db"; }

    void set(const std::string& variable, const std::string& value) {
        extra_.push_back(variable + "=" + value);
    }
    /// Words before the binary's own, for running it as somebody else.
    void run_through(std::vector<std::string> words) { before_ = std::move(words); }
    /// Another copy of the binary, where everybody may read it.
    void use_binary(std::string path) { binary_ = std::move(path); }

    /// Runs `shopkeeper <words>` with `input` on stdin, and waits.
    Finished run(std::vector<std::string> words, const std::string& input = {}) const {
        const std::string in = file("in"), out = file("out"), err = file("err");
        std::ofstream(in, std::ios::binary) << input;
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        const pid_t id = spawn(std::move(words), &files);
        posix_spawn_file_actions_destroy(&files);
        int status = 0;
        ::waitpid(id, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content(out),
                content(err)};
    }

    /// Starts it with `err_fd` as its stderr and nothing on stdin; the caller ends it.
    pid_t start(std::vector<std::string> words, int err_fd) const {
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&files, err_fd, STDERR_FILENO);
        const pid_t id = spawn(std::move(words), &files);
        posix_spawn_file_actions_destroy(&files);
        return id;
    }

private:
    pid_t spawn(std::vector<std::string> words, posix_spawn_file_actions_t* files) const {
        std::vector<std::string> all = before_;
        all.push_back(binary_);
        all.insert(all.end(), words.begin(), words.end());
        std::vector<std::string> environment = extra_;
        environment.push_back("SHOPKEEPER_HOME=" + home());
        environment.push_back("HOME=" + home());
        pid_t id = 0;
        const int error = posix_spawn(&id, all.front().c_str(), files, nullptr,
                                      pointers(all).data(), pointers(environment).data());
        if (error != 0) throw std::runtime_error("cannot start " + all.front());
        return id;
    }

    static std::vector<char*> pointers(std::vector<std::string>& words) {
        std::vector<char*> all;
        for (std::string& word : words) all.push_back(word.data());
        all.push_back(nullptr);
        return all;
    }

    static std::string content(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    TempFolder folder_;
    std::vector<std::string> before_;
    std::string binary_ = SHOPKEEPER_BINARY;
    std::vector<std::string> extra_;
};

}  // namespace shopkeeper::test
