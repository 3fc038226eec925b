#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "bench/sqlite.hpp"

namespace shopkeeper::bench {

/// Listens to the statements of every connection that is opened while it lives. One at a time.
class StatementTrace {
public:
    StatementTrace();
    StatementTrace(const StatementTrace&) = delete;
    StatementTrace& operator=(const StatementTrace&) = delete;
    ~StatementTrace();

    /// What `work` runs, with the parameters written in.
    std::vector<std::string> of(const std::function<void()>& work);
};

/// The part of a read call that no implementation could leave out: the same prepared statements,
/// every column of every row read, and one writing of the same document. Nothing is decided and
/// nothing parsed, and parameters are constants of the statements.
class Floor {
public:
    Floor(const std::filesystem::path& database, const std::vector<std::string>& statements,
          const Json& document);
    Floor(const Floor&) = delete;
    Floor& operator=(const Floor&) = delete;
    ~Floor();

    /// Runs it once; returns the size of the document, so that nothing is optimised away.
    std::size_t run();

private:
    void record(const Json& json);

    Sqlite database_;
    std::vector<sqlite3_stmt*> statements_;
    /// The writing of the document step by step: recorded beforehand, so that walking a tree costs
    /// nothing.
    std::vector<std::function<void(JsonWriter&)>> steps_;
};

}  // namespace shopkeeper::bench
