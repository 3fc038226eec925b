#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domains/products/search/goods.hpp"
#include "storage/database.hpp"

/// What a shop has on sale and how well it sells, as one transaction sees it.
namespace shopkeeper::products::search {

/// Units sold since one time, over the positions of some Goods. Immutable.
struct Sales {
    UnixMs since_ms = 0;
    std::vector<std::int64_t> units;     ///< by position; positions beyond the end: none
    std::vector<std::uint32_t> sellers;  ///< those on sale with a sale, by position
    std::int64_t most = 0;               ///< of a product on sale

    std::int64_t of(std::uint32_t position) const {
        return position < units.size() ? units[position] : 0;
    }
};

/// Not thread-safe; lives as long as a call. What it shows is kept in memory from call to call, and
/// brought up to date here by the products that changed in between (products/revision.hpp).
class Shelf {
public:
    Shelf(storage::Connection& connection, std::int64_t shop_id, UnixMs sold_since_ms);

    const std::shared_ptr<const Goods>& goods() const { return goods_; }
    const std::shared_ptr<const Sales>& sales() const { return sales_; }
    const Entry& entry(std::uint32_t position) const { return goods_->entries()[position]; }
    std::shared_ptr<const Postings> postings(const std::string& stem) const {
        return goods_->postings(connection_, shop_id_, stem);
    }

    /// The words of products on sale, for typo repair (F15).
    std::shared_ptr<const Vocabulary> vocabulary() const {
        return goods_->vocabulary(connection_, shop_id_);
    }

    storage::Connection& connection() const { return connection_; }
    std::int64_t shop_id() const { return shop_id_; }

private:
    storage::Connection& connection_;
    const std::int64_t shop_id_;
    std::shared_ptr<const Goods> goods_;
    std::shared_ptr<const Sales> sales_;
};

}  // namespace shopkeeper::products::search
