#include "domains/products/search/shelf.hpp"

#include <algorithm>

#include "domains/products/catalogue_size.hpp"
#include "domains/products/sales.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products::search {
namespace {

/// Up to so many products are read by their ids; reading a whole shop is quicker than reading more
/// so.
constexpr std::size_t kFew = 500;

constexpr std::string_view kEveryEntry = R"sql(
    SELECT id, price_minor, type, stem_count, is_featured
    FROM product
    WHERE shop_id = $1 AND enabled = TRUE
    ORDER BY id)sql";

constexpr std::string_view kEntriesBefore = R"sql(
    SELECT id, price_minor, type, stem_count, is_featured
    FROM product
    WHERE shop_id = $1 AND enabled = TRUE AND id IN ()sql";
constexpr std::string_view kEntriesAfter = R"sql()
    ORDER BY id)sql";

constexpr std::string_view kPostings = R"sql(
    SELECT product_id, field, tf
    FROM search_posting
    WHERE shop_id = $1 AND stem = $2
    ORDER BY product_id, field)sql";

constexpr std::string_view kEveryHolder = R"sql(
    SELECT product_id
    FROM product_facet
    WHERE shop_id = $1 AND kind = $2 AND value = $3)sql";

constexpr std::string_view kHoldersBefore = R"sql(
    SELECT product_id
    FROM product_facet
    WHERE shop_id = $1 AND kind = $2 AND value = $3 AND product_id IN ()sql";

std::vector<Entry> entries_of(const storage::Rows& rows) {
    std::vector<Entry> entries;
    entries.reserve(rows.size());
    for (const storage::Row row : rows) {
        entries.push_back({.id = row.get<std::int64_t>(0),
                           .price_minor = row.get<std::int64_t>(1),
                           .type = row.get<std::string>(2),
                           .stem_count = row.get<std::optional<std::int64_t>>(3),
                           .is_featured = row.get<bool>(4)});
    }
    return entries;
}

Field field_of(std::string_view name) {
    if (name == "name") return Field::name;
    if (name == "facet") return Field::facet;
    if (name == "composition") return Field::composition;
    return Field::description;
}

}  // namespace

Catalogue::Catalogue(std::vector<Entry> entries_by_id, bool is_whole)
    : entries_(std::move(entries_by_id)), is_whole_(is_whole) {}

std::optional<std::size_t> Catalogue::find(std::int64_t product_id) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), product_id,
                         [](const Entry& entry, std::int64_t id) { return entry.id < id; });
    if (found == entries_.end() || found->id != product_id) return std::nullopt;
    return static_cast<std::size_t>(found - entries_.begin());
}

Shelf::Shelf(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms)
    : connection_(connection), shop_id_(shop_id), sold_since_ms_(sold_since_ms) {}

std::int64_t Shelf::size() {
    if (!size_) size_ = products_on_sale(connection_, shop_id_);
    return *size_;
}

std::shared_ptr<const Catalogue> Shelf::everything() {
    if (!everything_) {
        everything_ = std::make_shared<Catalogue>(
            entries_of(connection_.query(kEveryEntry, {shop_id_})), /*is_whole=*/true);
    }
    return everything_;
}

std::shared_ptr<const Catalogue> Shelf::with_any(const std::vector<std::string>& stems) {
    std::vector<std::int64_t> ids;
    for (const std::string& stem : stems) {
        for (const Posting& posting : postings(stem)) ids.push_back(posting.product_id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() > kFew) return everything();
    return std::make_shared<Catalogue>(
        entries_of(
            storage::query_by_ids(connection_, kEntriesBefore, ids, kEntriesAfter, {shop_id_})),
        /*is_whole=*/false);
}

const std::vector<Posting>& Shelf::postings(const std::string& stem) {
    const auto [found, is_new] = postings_.try_emplace(stem);
    if (is_new) {
        const storage::Rows rows = connection_.query(kPostings, {shop_id_, stem});
        found->second.reserve(rows.size());
        for (const storage::Row row : rows) {
            found->second.push_back({.product_id = row.get<std::int64_t>(0),
                                     .field = field_of(row.get<std::string_view>(1)),
                                     .tf = row.get<std::int64_t>(2)});
        }
    }
    return found->second;
}

std::vector<std::size_t> Shelf::holders(const Catalogue& catalogue, std::string_view kind,
                                        std::string_view value) {
    std::vector<std::int64_t> ids;
    if (!catalogue.is_whole()) {
        for (const Entry& entry : catalogue.entries()) ids.push_back(entry.id);
    }
    const storage::Rows rows =
        catalogue.is_whole()
            ? connection_.query(kEveryHolder, {shop_id_, kind, value})
            : storage::query_by_ids(connection_, kHoldersBefore, ids, ")", {shop_id_, kind, value});
    std::vector<std::size_t> holders;
    for (const storage::Row row : rows) {
        if (const auto entry = catalogue.find(row.get<std::int64_t>(0))) holders.push_back(*entry);
    }
    return holders;
}

void Shelf::read_sales() {
    if (sold_) return;
    sold_.emplace();
    for (const UnitsSold& sale : products::units_sold(connection_, shop_id_, sold_since_ms_)) {
        sold_->emplace(sale.product_id, sale.units);
        most_sold_ = std::max(most_sold_, sale.units);
    }
}

std::int64_t Shelf::units_sold(std::int64_t product_id) {
    read_sales();
    const auto found = sold_->find(product_id);
    return found == sold_->end() ? 0 : found->second;
}

std::int64_t Shelf::most_units_sold() {
    read_sales();
    return most_sold_;
}

}  // namespace shopkeeper::products::search
