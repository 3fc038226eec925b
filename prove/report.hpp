#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/progress.hpp"
#include "storage/database.hpp"

namespace shopkeeper::prove {

struct Table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};

/// What a proof hands back: its figures, and what it found wrong, one line each. No finding:
/// proved.
struct Report {
    std::vector<Table> tables;
    std::vector<std::string> findings;

    /// A finding unless the two agree.
    void expect(std::string_view what, std::int64_t is, std::int64_t should);
    void expect(std::string_view what, std::string_view is, std::string_view should);
};

using harness::Progress;

/// How often each word came; for outcomes of calls.
using Tally = std::map<std::string, std::int64_t>;

void add(Tally& to, const Tally& more);

/// Adds a finding for each invariant of `shopkeeper db check` that the database breaks.
void check_invariants(storage::Database& database, std::int64_t now_ms, Report& report);

/// The report as one line of JSON.
std::string to_json(const Report& report);

}  // namespace shopkeeper::prove
