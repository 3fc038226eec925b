#include "domains/products/search/goods.hpp"

#include <algorithm>
#include <map>

#include "domains/products/search/facets.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products::search {
namespace {

/// How much is kept of the words of one shop: some thirty broad words of a hundred thousand
/// products. What exceeds it is forgotten and read again.
constexpr std::size_t kPostingsKeptMax = 1'000'000;
/// What an empty list costs beside its postings, in postings.
constexpr std::size_t kListCost = 16;

constexpr std::string_view kAllEntries = R"sql(
    SELECT id, price_minor, type, stem_count, is_featured, enabled
    FROM product
    WHERE shop_id = $1
    ORDER BY id)sql";
constexpr std::string_view kEntriesBefore = R"sql(
    SELECT id, price_minor, type, stem_count, is_featured, enabled
    FROM product
    WHERE shop_id = $1 AND id IN ()sql";
constexpr std::string_view kEntriesAfter = R"sql()
    ORDER BY id)sql";

constexpr std::string_view kHolders = R"sql(
    SELECT product_id
    FROM product_facet
    WHERE shop_id = $1 AND kind = $2 AND value = $3)sql";
constexpr std::string_view kFacetsBefore = R"sql(
    SELECT product_id, kind, value
    FROM product_facet
    WHERE shop_id = $1 AND product_id IN ()sql";

constexpr std::string_view kPostings = R"sql(
    SELECT product_id, field, tf
    FROM search_posting
    WHERE shop_id = $1 AND stem = $2
    ORDER BY product_id)sql";
constexpr std::string_view kPostingsBefore = R"sql(
    SELECT product_id, field, tf, stem
    FROM search_posting
    WHERE shop_id = $1 AND product_id IN ()sql";
constexpr std::string_view kPostingsAfter = R"sql()
    ORDER BY product_id)sql";

constexpr std::string_view kWords = R"sql(
    SELECT word, df
    FROM search_word
    WHERE shop_id = $1)sql";

struct FieldMeaning {
    std::string_view name;
    Field field;
    std::uint32_t weight;  ///< F12: how much a word counts where it stands
};
constexpr FieldMeaning kFields[] = {{"name", kInName, 8},
                                    {"facet", kInFacet, 4},
                                    {"composition", kInComposition, 3},
                                    {"description", kInDescription, 1}};

const FieldMeaning& field_of(std::string_view name) {
    const auto* field = std::find_if(std::begin(kFields), std::end(kFields) - 1,
                                     [&](const FieldMeaning& f) { return f.name == name; });
    return *field;
}

/// Adds what a row (product, field, tf, ...) says of the product at `position`, the last one of the
/// list or a new one.
void add(Postings& postings, std::uint32_t position, const storage::Row& row) {
    if (postings.empty() || postings.back().position != position)
        postings.push_back({.position = position, .weight = 0, .fields = 0});
    const FieldMeaning& field = field_of(row.get<std::string_view>(1));
    postings.back().fields |= field.field;
    postings.back().weight += field.weight * static_cast<std::uint32_t>(row.get<std::int64_t>(2));
}

bool is_before(const Posting& posting, std::uint32_t position) {
    return posting.position < position;
}

/// `before`, with `now` in place of what it says of the products at `changed` (both by position).
/// Null: that is no change.
std::shared_ptr<const Postings> patched(const Postings& before,
                                        std::span<const std::uint32_t> changed,
                                        const Postings& now) {
    const bool had_any = std::any_of(changed.begin(), changed.end(), [&](std::uint32_t position) {
        const auto at = std::lower_bound(before.begin(), before.end(), position, is_before);
        return at != before.end() && at->position == position;
    });
    if (!had_any && now.empty()) return nullptr;
    Postings kept;
    kept.reserve(before.size() + now.size());
    std::copy_if(before.begin(), before.end(), std::back_inserter(kept), [&](const Posting& old) {
        return !std::binary_search(changed.begin(), changed.end(), old.position);
    });
    const auto middle = static_cast<std::ptrdiff_t>(kept.size());
    kept.insert(kept.end(), now.begin(), now.end());
    std::inplace_merge(kept.begin(), kept.begin() + middle, kept.end(),
                       [](const Posting& a, const Posting& b) { return a.position < b.position; });
    return std::make_shared<const Postings>(std::move(kept));
}

}  // namespace

std::uint8_t Goods::number_of_type(std::string_view name) {
    const auto found = std::find(types_.begin(), types_.end(), name);
    if (found != types_.end()) return static_cast<std::uint8_t>(found - types_.begin());
    types_.emplace_back(name);
    return static_cast<std::uint8_t>(types_.size() - 1);
}

Entry Goods::entry_of(const storage::Row& row) {
    const auto stem_count = row.get<std::optional<std::int64_t>>(3);
    return {.id = row.get<std::int64_t>(0),
            .price_minor = row.get<std::int64_t>(1),
            .stem_count = static_cast<std::uint16_t>(stem_count.value_or(0)),
            .type = number_of_type(row.get<std::string_view>(2)),
            .is_featured = row.get<bool>(4),
            .on_sale = row.get<bool>(5)};
}

void Goods::count_on_sale() {
    on_sale_ = std::count_if(entries_.begin(), entries_.end(),
                             [](const Entry& entry) { return entry.on_sale; });
}

std::shared_ptr<const Goods> Goods::load(storage::Connection& connection, std::int64_t shop_id) {
    const std::shared_ptr<Goods> goods(new Goods);
    const storage::Rows rows = connection.query(kAllEntries, {shop_id});
    goods->entries_.reserve(rows.size());
    for (const storage::Row row : rows) goods->entries_.push_back(goods->entry_of(row));
    goods->count_on_sale();

    const auto mark = [&](std::string_view kind, std::string_view value, std::uint32_t bit,
                          std::uint32_t Entry::*facet) {
        for (const storage::Row row : connection.query(kHolders, {shop_id, kind, value})) {
            if (const auto position = goods->find(row.get<std::int64_t>(0)))
                goods->entries_[*position].*facet |= bit;
        }
    };
    for (const Color& color : colors())
        mark("color", color.id, color_bit(color.id), &Entry::colors);
    for (const Occasion& occasion : occasions())
        mark("occasion", occasion.id, occasion_bit(occasion.id), &Entry::occasions);
    return goods;
}

std::shared_ptr<const Goods> Goods::updated(storage::Connection& connection, std::int64_t shop_id,
                                            std::span<const std::int64_t> changed) const {
    const std::shared_ptr<Goods> goods(new Goods);
    goods->entries_ = entries_;
    goods->types_ = types_;
    for (const storage::Row row :
         storage::query_by_ids(connection, kEntriesBefore, changed, kEntriesAfter, {shop_id})) {
        const Entry entry = goods->entry_of(row);
        if (const auto position = goods->find(entry.id)) {
            goods->entries_[*position] = entry;
        } else if (goods->entries_.empty() || goods->entries_.back().id < entry.id) {
            goods->entries_.push_back(entry);
        } else {
            return nullptr;  // it would move those after it
        }
    }
    goods->count_on_sale();

    for (const storage::Row row :
         storage::query_by_ids(connection, kFacetsBefore, changed, ")", {shop_id})) {
        const auto position = goods->find(row.get<std::int64_t>(0));
        if (!position) continue;
        Entry& entry = goods->entries_[*position];
        const auto kind = row.get<std::string_view>(1);
        if (kind == "color") entry.colors |= color_bit(row.get<std::string_view>(2));
        if (kind == "occasion") entry.occasions |= occasion_bit(row.get<std::string_view>(2));
    }

    std::vector<std::uint32_t> positions;
    for (const std::int64_t id : changed) {
        if (const auto position = goods->find(id)) positions.push_back(*position);
    }
    std::sort(positions.begin(), positions.end());
    std::map<std::string, Postings, std::less<>> now;
    for (const storage::Row row :
         storage::query_by_ids(connection, kPostingsBefore, changed, kPostingsAfter, {shop_id})) {
        const auto position = goods->find(row.get<std::int64_t>(0));
        if (position && goods->entries_[*position].on_sale)
            add(now[row.get<std::string>(3)], *position, row);
    }
    Lists lists;
    {
        const std::lock_guard lock(mutex_);
        lists = lists_;
    }
    for (const auto& [stem, before] : lists) {
        auto after = patched(*before, positions, now[stem]);
        goods->keep(stem, after ? std::move(after) : before);
    }
    return goods;
}

std::optional<std::uint32_t> Goods::find(std::int64_t product_id) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), product_id,
                         [](const Entry& entry, std::int64_t id) { return entry.id < id; });
    if (found == entries_.end() || found->id != product_id) return std::nullopt;
    return static_cast<std::uint32_t>(found - entries_.begin());
}

std::optional<std::uint8_t> Goods::type(std::string_view name) const {
    const auto found = std::find(types_.begin(), types_.end(), name);
    if (found == types_.end()) return std::nullopt;
    return static_cast<std::uint8_t>(found - types_.begin());
}

std::shared_ptr<const Postings> Goods::postings(storage::Connection& connection,
                                                std::int64_t shop_id,
                                                const std::string& stem) const {
    // Held while reading, so that many who ask for the same word at once have it read once.
    const std::lock_guard lock(mutex_);
    if (const auto found = lists_.find(stem); found != lists_.end()) return found->second;

    auto postings = std::make_shared<Postings>();
    for (const storage::Row row : connection.query(kPostings, {shop_id, stem})) {
        const auto position = find(row.get<std::int64_t>(0));
        if (position && entries_[*position].on_sale) add(*postings, *position, row);
    }
    keep(stem, postings);
    return postings;
}

std::shared_ptr<const Vocabulary> Goods::vocabulary(storage::Connection& connection,
                                                    std::int64_t shop_id) const {
    const std::lock_guard lock(mutex_);
    if (vocabulary_) return vocabulary_;
    auto words = std::make_shared<Vocabulary>();
    const storage::Rows rows = connection.query(kWords, {shop_id});
    words->reserve(rows.size());
    for (const storage::Row row : rows)
        words->emplace_back(row.get<std::string>(0), row.get<std::int64_t>(1));
    vocabulary_ = std::move(words);
    return vocabulary_;
}

void Goods::keep(const std::string& stem, std::shared_ptr<const Postings> postings) const {
    const std::size_t cost = postings->size() + kListCost;
    if (kept_ + cost > kPostingsKeptMax) {
        lists_.clear();
        ranked_.clear();
        kept_ = 0;
    }
    kept_ += cost;
    lists_[stem] = std::move(postings);
}

}  // namespace shopkeeper::products::search
