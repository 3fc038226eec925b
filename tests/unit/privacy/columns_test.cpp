// What becomes of each column that can hold text when a client is erased: a new column has to be
// decided on here, and in erase.cpp when it can hold something of a person.
#include <map>
#include <set>

#include "storage/copy/tables.hpp"
#include "unit/privacy/privacy_fixture.hpp"

namespace shopkeeper::test {
namespace {

using Columns = std::set<std::string>;

/// Overwritten, made absent or deleted. Rule: domain T8.
const std::map<std::string, Columns> kErasedColumns = {
    {"client",
     {"phone", "name", "notes", "telegram_user_id", "telegram_username", "telegram_first_name"}},
    {"orders",
     {"customer_name", "phone", "sender_phone", "recipient_name", "recipient_phone", "names_folded",
      "delivery_address", "original_date", "original_time", "delivery_notes", "notes",
      "channel_user_id", "cancel_reason", "fingerprint"}},
    {"order_line", {"special_requests"}},
    {"order_history", {"principal", "old_value", "new_value", "reason"}},
    {"order_photo", {"url"}},
    {"review",
     {"author_name", "text", "text_folded", "principal", "reply_text", "moderation_reason"}},
    {"review_photo", {"url"}},
    {"idempotency_keys", {"scope", "key", "request_hash", "state", "response_json"}},
    {"events", {"data_json"}},
    {"outbox", {"payload_json", "lease_owner", "last_error", "state"}},
};

/// Words of the shop, of its staff, or of a machine.
const std::map<std::string, Columns> kKeptColumns = {
    {"orders",
     {"tracking_id", "order_number", "delivery_type", "pickup_address", "delivery_day",
      "time_precision", "currency", "status", "payment_status", "payment_method", "channel",
      "cancel_code"}},
    {"order_line", {"product_name"}},
    {"order_history", {"actor_kind", "source", "field"}},
    {"order_photo", {"kind"}},
    {"review", {"target", "status", "flags"}},
    {"events", {"topic", "type", "subject_kind", "subject_id", "trace_id"}},
    {"outbox", {"kind", "dedupe_key", "partition_key", "trace_id"}},
};

/// Tables that speak of no client. `audit_log` holds none by I10, and its chain could not be
/// changed; digests of sign-ins and of rates are keyed and live a day at most; names of ended
/// sessions and of used confirmations are random.
const Columns kOtherTables = {"shop",           "shop_exception",  "pickup_location",
                              "staff_user",     "login_attempt",   "api_key",
                              "warehouse_item", "product",         "catalogue_size",
                              "product_image",  "product_facet",   "recipe_line",
                              "search_posting", "search_word",     "order_counter",
                              "slot_load",      "inventory_check", "inventory_check_line",
                              "reservation",    "kb_documents",    "stock_operation",
                              "product_sale",   "shelf_revision",  "product_revision",
                              "order_tally",    "audit_log",       "maintenance",
                              "ended_session",  "rate_bucket",     "used_confirmation",
                              "oauth_client",   "oauth_grant",     "staff_identity"};

Columns of(const std::map<std::string, Columns>& decisions, const std::string& table) {
    const auto found = decisions.find(table);
    return found == decisions.end() ? Columns{} : found->second;
}

TEST_CASE("T8: each text column of the schema was decided on", "[privacy]") {
    for (const storage::Table& table :
         storage::tables_of(storage::read_migrations(embedded::migrations()))) {
        if (kOtherTables.contains(table.name)) continue;
        Columns undecided;
        for (const storage::Column& column : table.columns) {
            if (column.kind == storage::Column::Kind::text) undecided.insert(column.name);
        }
        for (const auto* decisions : {&kErasedColumns, &kKeptColumns}) {
            for (const std::string& name : of(*decisions, table.name)) {
                INFO(table.name << "." << name << " does not exist, or was decided on twice");
                CHECK(undecided.erase(name) == 1);
            }
        }
        INFO(table.name);
        CHECK(undecided == Columns{});
    }
}

TEST_CASE("T8: words of a person are found in columns that are erased, and in no other",
          "[privacy]") {
    PrivacyFixture fixture;
    fixture.live();

    for (const std::string& column : fixture.columns_with(fixture.words())) {
        const std::size_t dot = column.find('.');
        INFO(column);
        CHECK(of(kErasedColumns, column.substr(0, dot)).contains(column.substr(dot + 1)));
    }
}

}  // namespace
}  // namespace shopkeeper::test
