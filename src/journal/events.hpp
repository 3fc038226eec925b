#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/call_context.hpp"
#include "storage/database.hpp"

namespace shopkeeper::journal {

/// Something that happened to a shop, for observers.
struct Event {
    std::string_view type;  ///< one of domain I12: "order.created", "stock.low" ...
    std::string_view
        subject_kind;  ///< "order", "product", "warehouse_item", "review", "client", "shop"
    std::string subject_id;
    std::string data_json;  ///< ids, numbers, statuses, field names, amounts; no phone, name,
                            ///< address or note (I10, I13)
};

/// Writes the event in the transaction of the change: it exists exactly when the change does.
/// Rule: domain I11, I12.
void emit(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
          const Event& event);

/// A message that leaves the database after the change is committed, at least once.
struct OutboxMessage {
    std::string_view kind;   ///< "telegram.send"
    std::string dedupe_key;  ///< a retried transaction cannot enqueue twice
    std::string
        partition_key;  ///< rows of one partition are delivered in order: "order:<id>" (I14)
    std::string payload_json;
};

void enqueue(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
             const OutboxMessage& message);

}  // namespace shopkeeper::journal
