#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

/// What a shop has on sale, as far as one search needs it: read when it is asked for, and once.
namespace shopkeeper::products::search {

/// What deciding needs of one product on sale.
struct Entry {
    std::int64_t id;
    std::int64_t price_minor;
    std::string type;
    std::optional<std::int64_t> stem_count;
    bool is_featured;
};

/// Products on sale, by id: all of the shop, or those that a search can be about.
class Catalogue {
public:
    explicit Catalogue(std::vector<Entry> entries_by_id, bool is_whole);

    const std::vector<Entry>& entries() const { return entries_; }
    bool is_whole() const { return is_whole_; }
    std::optional<std::size_t> find(std::int64_t product_id) const;

private:
    std::vector<Entry> entries_;
    bool is_whole_;
};

/// Where a posting stands. Rule: domain F11.
enum class Field : std::uint8_t { name, facet, composition, description };

struct Posting {
    std::int64_t product_id;
    Field field;
    std::int64_t tf;
};

/// Not thread-safe; lives as long as a call.
class Shelf {
public:
    Shelf(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms);

    /// How many products are on sale.
    std::int64_t size();
    std::shared_ptr<const Catalogue> everything();
    /// At least the products that have one of the stems: when they are many, everything.
    std::shared_ptr<const Catalogue> with_any(const std::vector<std::string>& stems);

    /// By product; of products off sale too.
    const std::vector<Posting>& postings(const std::string& stem);
    /// Positions in `catalogue` of the products that have this facet.
    std::vector<std::size_t> holders(const Catalogue& catalogue, std::string_view kind,
                                     std::string_view value);

    /// Units sold since the time given to the constructor.
    std::int64_t units_sold(std::int64_t product_id);
    std::int64_t most_units_sold();

    storage::Connection& connection() const { return connection_; }
    std::int64_t shop_id() const { return shop_id_; }

private:
    void read_sales();

    storage::Connection& connection_;
    const std::int64_t shop_id_;
    const UnixMs sold_since_ms_;
    std::shared_ptr<const Catalogue> everything_;
    std::optional<std::int64_t> size_;
    std::map<std::string, std::vector<Posting>> postings_;
    std::optional<std::unordered_map<std::int64_t, std::int64_t>> sold_;
    std::int64_t most_sold_ = 0;
};

}  // namespace shopkeeper::products::search
