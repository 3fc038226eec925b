#include "domains/products/search/index.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domains/products/catalogue_size.hpp"
#include "domains/products/recipe.hpp"
#include "domains/products/revision.hpp"
#include "domains/products/search/facets.hpp"
#include "domains/products/search/stem.hpp"
#include "storage/id_list.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr std::string_view kDocumentsBefore = R"sql(
    SELECT id, enabled, name, description
    FROM product
    WHERE shop_id = $1 AND id IN ()sql";
constexpr std::string_view kDocumentsAfter = R"sql()
    ORDER BY id)sql";

constexpr std::string_view kFacetsBefore = R"sql(
    SELECT product_id, kind, value
    FROM product_facet
    WHERE shop_id = $1 AND product_id IN ()sql";

constexpr std::string_view kProductIds = "SELECT id FROM product WHERE shop_id = $1 ORDER BY id";

constexpr std::string_view kInsertPosting = R"sql(
    INSERT INTO search_posting (shop_id, stem, product_id, field, tf)
    VALUES ($1, $2, $3, $4, $5))sql";
constexpr std::string_view kDeletePostings =
    "DELETE FROM search_posting WHERE shop_id = $1 AND product_id = $2";
constexpr std::string_view kDeleteAllPostings = "DELETE FROM search_posting WHERE shop_id = $1";

constexpr std::string_view kAddWord = R"sql(
    INSERT INTO search_word (shop_id, word, stem, df)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (shop_id, word) DO UPDATE SET df = search_word.df + $4)sql";
constexpr std::string_view kDropLastWord =
    "DELETE FROM search_word WHERE shop_id = $1 AND word = $2 AND df <= 1";
constexpr std::string_view kDropWord =
    "UPDATE search_word SET df = df - 1 WHERE shop_id = $1 AND word = $2";
constexpr std::string_view kDeleteAllWords = "DELETE FROM search_word WHERE shop_id = $1";

constexpr std::size_t kReindexBatch = 500;  // one of the sizes of storage/id_list.cpp

/// What the index says of one product.
struct Document {
    std::int64_t product_id;
    bool enabled;
    std::map<std::pair<std::string, std::string_view>, std::int64_t>
        postings;                                   ///< (stem, field) -> tf
    std::map<std::string, std::string> vocabulary;  ///< folded word -> stem

    void add(std::string_view field, std::span<const Word> words) {
        for (const Word& word : words) {
            ++postings[{word.stem, field}];
            if (!word.is_number()) vocabulary.emplace(word.folded, word.stem);
        }
    }
    void add(std::string_view field, std::string_view text) { add(field, read_text(text).words); }
};

/// The words of a colour or occasion: its id and its labels in all locales.
template <class Facet>
std::vector<std::vector<Word>> words_of(std::span<const Facet> facets) {
    std::vector<std::vector<Word>> all;
    for (const Facet& facet : facets) {
        std::string text(facet.id);
        for (const std::string_view label : {facet.label.ru, facet.label.kk, facet.label.en}) {
            // An English label often is the id: it counts once.
            if (label != facet.id) text.append(". ").append(label);
        }
        all.push_back(read_text(text).words);
    }
    return all;
}

void add_facet(Document& document, std::string_view kind, std::string_view value) {
    static const auto color_words = words_of(colors());
    static const auto occasion_words = words_of(occasions());
    if (const Color* color = kind == "color" ? find_color(value) : nullptr) {
        document.add("facet", color_words[static_cast<std::size_t>(color - colors().data())]);
    } else if (const Occasion* occasion = kind == "occasion" ? find_occasion(value) : nullptr) {
        document.add("facet",
                     occasion_words[static_cast<std::size_t>(occasion - occasions().data())]);
    } else {
        document.add("facet", value);
    }
}

std::vector<Document> read_documents(storage::Connection& connection, std::int64_t shop_id,
                                     std::span<const std::int64_t> ids) {
    std::vector<Document> documents;
    for (const storage::Row row :
         storage::query_by_ids(connection, kDocumentsBefore, ids, kDocumentsAfter, {shop_id})) {
        Document& document = documents.emplace_back();
        document.product_id = row.get<std::int64_t>(0);
        document.enabled = row.get<bool>(1);
        document.add("name", row.get<std::string_view>(2));
        if (!row.is_null(3)) document.add("description", row.get<std::string_view>(3));
    }
    const auto document_of = [&](std::int64_t id) -> Document& {
        return *std::lower_bound(
            documents.begin(), documents.end(), id,
            [](const Document& d, std::int64_t wanted) { return d.product_id < wanted; });
    };
    for (const storage::Row row :
         storage::query_by_ids(connection, kFacetsBefore, ids, ")", {shop_id})) {
        add_facet(document_of(row.get<std::int64_t>(0)), row.get<std::string_view>(1),
                  row.get<std::string_view>(2));
    }
    for (const RecipeLine& line : recipe_lines(connection, shop_id, ids)) {
        document_of(line.product_id).add("composition", line.item_name);
    }
    return documents;
}

void insert_postings(storage::Connection& connection, std::int64_t shop_id,
                     const Document& document) {
    for (const auto& [key, tf] : document.postings) {
        connection.execute(kInsertPosting,
                           {shop_id, key.first, document.product_id, key.second, tf});
    }
}

}  // namespace

void withdraw(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id) {
    const std::int64_t ids[] = {product_id};
    for (const Document& document : read_documents(connection, shop_id, ids)) {
        if (!document.enabled) continue;
        for (const auto& [word, _] : document.vocabulary) {
            if (connection.execute(kDropLastWord, {shop_id, word}) == 0) {
                connection.execute(kDropWord, {shop_id, word});
            }
        }
    }
    connection.execute(kDeletePostings, {shop_id, product_id});
}

void publish(storage::Connection& connection, std::int64_t shop_id, std::int64_t product_id) {
    const std::int64_t ids[] = {product_id};
    for (const Document& document : read_documents(connection, shop_id, ids)) {
        insert_postings(connection, shop_id, document);
        if (!document.enabled) continue;
        for (const auto& [word, stem] : document.vocabulary)
            connection.execute(kAddWord, {shop_id, word, stem, 1});
    }
    mark_changed(connection, shop_id, Aspect::goods, ids);
}

void reindex(storage::Connection& connection, std::int64_t shop_id) {
    recount_catalogue(connection, shop_id);
    connection.execute(kDeleteAllPostings, {shop_id});
    connection.execute(kDeleteAllWords, {shop_id});

    std::vector<std::int64_t> ids;
    for (const storage::Row row : connection.query(kProductIds, {shop_id}))
        ids.push_back(row.get<std::int64_t>(0));

    struct Entry {
        std::string stem;
        std::int64_t df = 0;
    };
    std::map<std::string, Entry> vocabulary;
    for (std::size_t from = 0; from < ids.size(); from += kReindexBatch) {
        const auto batch = std::span(ids).subspan(from, std::min(kReindexBatch, ids.size() - from));
        for (const Document& document : read_documents(connection, shop_id, batch)) {
            insert_postings(connection, shop_id, document);
            if (!document.enabled) continue;
            for (const auto& [word, stem] : document.vocabulary) {
                Entry& entry = vocabulary[word];
                entry.stem = stem;
                ++entry.df;
            }
        }
    }
    for (const auto& [word, entry] : vocabulary)
        connection.execute(kAddWord, {shop_id, word, entry.stem, entry.df});
    mark_rebuilt(connection, shop_id);
}

}  // namespace shopkeeper::products::search
