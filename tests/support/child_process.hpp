#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/pipes.hpp"

namespace shopkeeper::test {

/// A program on pipes; killed when the test leaves it behind.
class ChildProcess {
public:
    /// REQUIRES: `words` begins with the program's path. The environment is `environment` and
    /// nothing else ("NAME=value"); stderr is the test's own.
    ChildProcess(std::vector<std::string> words, std::vector<std::string> environment) {
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, input_.read_end(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files, output_.write_end(), STDOUT_FILENO);
        const int error = posix_spawn(&id_, words.front().c_str(), &files, nullptr,
                                      pointers(words).data(), pointers(environment).data());
        posix_spawn_file_actions_destroy(&files);
        if (error != 0) throw std::runtime_error("cannot start " + words.front());
        input_.close_read();
        output_.close_write();
    }
    ~ChildProcess() {
        if (id_ <= 0) return;
        kill(id_, SIGKILL);
        wait();
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Where the child reads from; whoever takes it closes it.
    int release_input() { return input_.release_write(); }
    int output() const { return output_.read_end(); }
    pid_t id() const { return id_; }

    /// The exit code; 128 and the signal's number for a violent end.
    int wait() {
        int status = 0;
        waitpid(id_, &status, 0);
        id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& words) {
        std::vector<char*> all;
        for (std::string& word : words) all.push_back(word.data());
        all.push_back(nullptr);
        return all;
    }

    Pipe input_;
    Pipe output_;
    pid_t id_ = -1;
};

}  // namespace shopkeeper::test
