#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "harness/local_shop.hpp"
#include "harness/town.hpp"
#include "storage/database.hpp"

namespace shopkeeper::bench {

/// The whole shop behind its registry, in this process: what a call costs without any protocol.
/// Rate limits are off. Thread-safe like the registry.
class Shop {
public:
    /// `staff_phone`: who makes the calls; empty: a guest. REQUIRES: a migrated database with
    /// shop 8.
    explicit Shop(std::unique_ptr<storage::Database> database, std::string_view staff_phone = {});
    /// On a file.
    explicit Shop(const std::filesystem::path& database, std::string_view staff_phone = {});

    /// The result's members as they go into a reply. Throws std::runtime_error on a refusal: a fast
    /// error is no result.
    std::string call(std::string_view tool, Json arguments);
    /// The structured result of a call, read back.
    Json result(std::string_view tool, Json arguments);

private:
    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<storage::Database> database_;
    harness::LocalShop shop_;
};

/// Arguments of create_order for a new order each time: another customer, so that none is taken for
/// a repetition of another. Thread-safe.
Json next_order();

/// The place of a database file, empty at first; its files are removed when the object goes.
class ScratchFile {
public:
    explicit ScratchFile(std::filesystem::path path);
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile();

    const std::filesystem::path& path() const { return path_; }

private:
    void remove_files() const;

    std::filesystem::path path_;
};

/// A consistent copy, beside it, of a database that nobody writes to.
class DatabaseCopy : public ScratchFile {
public:
    DatabaseCopy(const std::filesystem::path& original, std::string_view name);
};

/// One invented shop of this size in a database file of its own: shop 8, its products and orders
/// numbered from 1. See harness/town.hpp.
harness::TownShop invent_shop(const std::filesystem::path& file, std::int64_t products,
                              std::int64_t orders);

}  // namespace shopkeeper::bench
