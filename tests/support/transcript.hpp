#pragma once

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "source_dir.hpp"

/// Conversations as files: what a client writes and what the server must answer, line by line.
///
///     # about: what this shows                 headers: about, host (any, fake or shop), page_size
///     > {"jsonrpc":"2.0","id":1,...}           the client sends this line
///     >bytes 7b ff 0d                          ... these bytes (hexadecimal) as a line
///     >repeat 1000 [                           ... this text so many times, as a line
///     >raw {"jsonrpc":                         ... this text without a line feed
///     < {"id":1,"result":"<object>","...":0}   the next line from the server is this JSON value
///
/// In expected values "<array 37>" stands for any array of that length, "<any>", "<object>",
/// "<array>", "<string>", "<integer>" stand for any such value, a member "..." for any further
/// members, and a last element "..." for any further elements. "<keep NAME>" stands for a string
/// that the client has to repeat: in what it sends later, <kept NAME> is replaced by it. At the end
/// the input is closed; then the server must end without another line.
namespace shopkeeper::test {

struct Transcript {
    struct Step {
        bool is_from_client;
        std::string bytes;  ///< to send as they are
        Json expected;
        int line;
    };
    std::string name;
    std::string host = "any";
    std::size_t page_size = 100;
    std::vector<Step> steps;
};

/// The paths of all transcripts, in order.
inline std::vector<std::string> transcript_files() {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(SHOPKEEPER_SOURCE_DIR "/tests/protocol")) {
        if (entry.path().extension() == ".transcript") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

inline std::string transcript_bytes(const std::string& directive, const std::string& rest) {
    std::istringstream words(rest);
    if (directive == ">raw") return rest;
    if (directive == ">repeat") {
        std::size_t count = 0;
        std::string piece;
        words >> count >> piece;
        std::string text;
        text.reserve(count * piece.size() + 1);
        for (std::size_t i = 0; i < count; ++i) text += piece;
        return text + "\n";
    }
    if (directive == ">bytes") {
        std::string text;
        for (std::string byte; words >> byte;)
            text += static_cast<char>(std::stoi(byte, nullptr, 16));
        return text + "\n";
    }
    if (directive == ">") return rest + "\n";
    throw std::runtime_error("unknown directive " + directive);
}

inline Transcript read_transcript(const std::string& path) {
    Transcript transcript;
    transcript.name = path.substr(path.rfind('/') + 1);
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty()) continue;
        const std::size_t space = line.find(' ');
        const std::string directive = line.substr(0, space);
        const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
        if (directive == "#") {
            if (rest.starts_with("host: ")) transcript.host = rest.substr(6);
            if (rest.starts_with("page_size: ")) transcript.page_size = std::stoul(rest.substr(11));
        } else if (directive == "<") {
            const Json expected = Json::parse(rest, nullptr, false);
            if (expected.is_discarded())
                throw std::runtime_error(transcript.name + ":" + std::to_string(number) +
                                         ": no JSON");
            transcript.steps.push_back({false, {}, expected, number});
        } else {
            transcript.steps.push_back({true, transcript_bytes(directive, rest), {}, number});
        }
    }
    return transcript;
}

/// What a client keeps of what it got.
using Kept = std::map<std::string, std::string>;

inline bool matches(const Json& expected, const Json& actual, Kept& kept) {
    if (expected == "<any>") return true;
    if (expected.is_string() && expected.get_ref<const std::string&>().starts_with("<keep ")) {
        if (!actual.is_string()) return false;
        const auto& word = expected.get_ref<const std::string&>();
        kept[word.substr(6, word.size() - 7)] = actual.get<std::string>();
        return true;
    }
    if (expected == "<object>") return actual.is_object();
    if (expected == "<array>") return actual.is_array();
    if (expected.is_string() && expected.get_ref<const std::string&>().starts_with("<array ")) {
        return actual.is_array() && expected == "<array " + std::to_string(actual.size()) + ">";
    }
    if (expected == "<string>") return actual.is_string();
    if (expected == "<integer>") return actual.is_number_integer();
    if (expected.is_object()) {
        if (!actual.is_object()) return false;
        std::size_t named = 0;
        for (const auto& [key, value] : expected.items()) {
            if (key == "...") continue;
            ++named;
            if (!actual.contains(key) || !matches(value, actual.at(key), kept)) return false;
        }
        return expected.contains("...") || named == actual.size();
    }
    if (expected.is_array()) {
        if (!actual.is_array()) return false;
        const bool is_open = !expected.empty() && expected.back() == "...";
        const std::size_t named = expected.size() - (is_open ? 1 : 0);
        if (actual.size() < named || (!is_open && actual.size() != named)) return false;
        for (std::size_t i = 0; i < named; ++i) {
            if (!matches(expected[i], actual[i], kept)) return false;
        }
        return true;
    }
    return expected == actual;
}

inline bool matches(const Json& expected, const Json& actual) {
    Kept unused;
    return matches(expected, actual, unused);
}

inline std::string with_kept(std::string bytes, const Kept& kept) {
    for (const auto& [name, value] : kept) {
        const std::string word = "<kept " + name + ">";
        for (std::size_t at = 0; (at = bytes.find(word, at)) != std::string::npos;)
            bytes.replace(at, word.size(), value);
    }
    return bytes;
}

/// Reads lines from a descriptor with a deadline, so that a silent server fails a test, not hangs
/// it.
class LineReader {
public:
    static constexpr int kWaitMs = 20'000;

    explicit LineReader(int fd) : fd_(fd) {}

    /// Nullopt at the end of the stream; throws when nothing comes.
    std::optional<std::string> next() {
        for (;;) {
            const std::size_t feed = held_.find('\n');
            if (feed != std::string::npos) {
                std::string line = held_.substr(0, feed);
                held_.erase(0, feed + 1);
                return line;
            }
            pollfd waited{fd_, POLLIN, 0};
            if (poll(&waited, 1, kWaitMs) <= 0) throw std::runtime_error("no line came in time");
            std::array<char, 65536> chunk;
            const ssize_t count = read(fd_, chunk.data(), chunk.size());
            if (count <= 0) {
                if (!held_.empty())
                    throw std::runtime_error("the last line has no line feed: " + held_);
                return std::nullopt;
            }
            held_.append(chunk.data(), static_cast<std::size_t>(count));
        }
    }

private:
    int fd_;
    std::string held_;
};

inline void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = write(fd, bytes.data(), bytes.size());
        if (count <= 0) throw std::runtime_error("the server closed its input");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Plays a conversation against a server that reads `to_server` and writes `from_server`; closes
/// `to_server`. Returns what went wrong; empty when nothing did.
inline std::string play(const Transcript& transcript, int to_server, int from_server) {
    LineReader reader(from_server);
    std::string problem;
    Kept kept;
    const auto at = [&](int line) { return transcript.name + ":" + std::to_string(line) + ": "; };
    for (const Transcript::Step& step : transcript.steps) {
        if (step.is_from_client) {
            write_all(to_server, with_kept(step.bytes, kept));
            continue;
        }
        const auto line = reader.next();
        if (!line) {
            problem = at(step.line) + "the server ended";
            break;
        }
        const Json actual = Json::parse(*line, nullptr, false);
        if (actual.is_discarded() || !matches(step.expected, actual, kept)) {
            problem = at(step.line) + "expected " + step.expected.dump() + "\n  got " +
                      line->substr(0, 2000);
            break;
        }
    }
    close(to_server);
    if (!problem.empty()) return problem;
    if (const auto extra = reader.next())
        return transcript.name + ": one line too many: " + extra->substr(0, 2000);
    return {};
}

}  // namespace shopkeeper::test
