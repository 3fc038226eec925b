#include "journal/events.hpp"

namespace shopkeeper::journal {
namespace {

constexpr std::string_view kEmit = R"sql(
INSERT INTO events (ts_ms, shop_id, topic, type, subject_kind, subject_id, trace_id, data_json)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql";

constexpr std::string_view kEnqueue = R"sql(
INSERT INTO outbox (shop_id, kind, dedupe_key, partition_key, payload_json, next_at_ms, trace_id, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
ON CONFLICT (dedupe_key) DO NOTHING)sql";

/// "order.created" belongs to the topic "orders", "stock.low" to "stock".
std::string topic_of(std::string_view type) {
    const std::string_view subject = type.substr(0, type.find('.'));
    return std::string(subject) + (subject == "stock" ? "" : "s");
}

}  // namespace

void emit(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
          const Event& event) {
    connection.execute_later(
        kEmit, {context.now_ms, shop_id, topic_of(event.type), event.type, event.subject_kind,
                event.subject_id, context.request_id, event.data_json});
}

void enqueue(storage::Connection& connection, const CallContext& context, std::int64_t shop_id,
             const OutboxMessage& message) {
    connection.execute_later(kEnqueue,
                             {shop_id, message.kind, message.dedupe_key, message.partition_key,
                              message.payload_json, context.now_ms, context.request_id});
}

}  // namespace shopkeeper::journal
