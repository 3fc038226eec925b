#include "journal/audit.hpp"

#include <sodium.h>

#include <optional>

namespace shopkeeper::journal {
namespace {

constexpr std::string_view kHead = R"sql(
SELECT hash
FROM audit_log
WHERE shop_id = $1
ORDER BY id DESC
LIMIT 1)sql";

constexpr std::string_view kAppend = R"sql(
INSERT INTO audit_log (ts_ms, shop_id, actor_kind, actor, channel, tool, target_kind, target_id, args_hash,
    before_json, after_json, outcome, request_id, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'ok', $12, $13, $14))sql";

constexpr std::string_view kChain = R"sql(
SELECT id, ts_ms, actor_kind, actor, channel, tool, target_kind, target_id, args_hash, before_json, after_json,
    outcome, request_id, prev_hash, hash
FROM audit_log
WHERE shop_id = $1
ORDER BY id)sql";

std::string_view kind_of(const CallContext& context) {
    if (context.source == "system") return "system";
    switch (context.caller.kind) {
        case CallerKind::guest:
            return "guest";
        case CallerKind::customer:
            return "customer";
        case CallerKind::staff:
            return "staff";
        case CallerKind::service:
            return "service";
    }
    return "system";
}

/// Hashes fields with their lengths, so that no two rows share one text.
class RowHash {
public:
    RowHash() { crypto_generichash_init(&state_, nullptr, 0, kBytes); }
    RowHash& add(std::string_view field) {
        const std::string length = std::to_string(field.size()) + ":";
        update(length);
        update(field);
        return *this;
    }
    /// NULL and the empty text hash differently.
    RowHash& add_maybe(const std::optional<std::string>& field) {
        return add(field ? std::string_view(*field) : std::string_view("\0", 1));
    }
    RowHash& add(std::int64_t number) { return add(std::to_string(number)); }
    std::string hex() {
        unsigned char digest[kBytes];
        crypto_generichash_final(&state_, digest, sizeof digest);
        char text[kBytes * 2 + 1];
        return sodium_bin2hex(text, sizeof text, digest, sizeof digest);
    }

private:
    static constexpr std::size_t kBytes = 32;
    void update(std::string_view bytes) {
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    }
    crypto_generichash_state state_;
};

std::optional<std::string> if_any(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void append_audit(storage::Connection& connection, const CallContext& context,
                  std::string_view tool, std::string_view argument_digest) {
    const std::int64_t shop_id =
        context.audit.shop_id == 0 ? context.shop_id : context.audit.shop_id;
    connection.enter_shop(shop_id);
    // One row after another: each hashes the one before it. The last lock of any transaction.
    connection.lock("audit:" + std::to_string(shop_id));
    const storage::Rows head = connection.query(kHead, {shop_id});
    const std::string previous = head.empty() ? "" : head.front().get<std::string>(0);
    const Caller& caller = context.caller;
    const auto channel = if_any(caller.channel);
    const auto target_kind = if_any(context.audit.target_kind);
    const auto target_id = if_any(context.audit.target_id);
    const auto before = if_any(context.audit.before_json);
    const auto after = if_any(context.audit.after_json);
    const std::string hash = RowHash()
                                 .add(previous)
                                 .add(context.now_ms)
                                 .add(shop_id)
                                 .add(kind_of(context))
                                 .add(caller.principal)
                                 .add_maybe(channel)
                                 .add(tool)
                                 .add_maybe(target_kind)
                                 .add_maybe(target_id)
                                 .add(argument_digest)
                                 .add_maybe(before)
                                 .add_maybe(after)
                                 .add("ok")
                                 .add(context.request_id)
                                 .hex();
    connection.execute_later(kAppend, {context.now_ms, shop_id, kind_of(context), caller.principal,
                                       channel, tool, target_kind, target_id, argument_digest,
                                       before, after, context.request_id, previous, hash});
}

std::int64_t first_broken_audit_row(storage::Connection& connection, std::int64_t shop_id) {
    std::string previous;
    for (const storage::Row row : connection.query(kChain, {shop_id})) {
        const auto text = [&](std::size_t column) { return row.get<std::string>(column); };
        const auto maybe = [&](std::size_t column) {
            return row.get<std::optional<std::string>>(column);
        };
        const std::string hash = RowHash()
                                     .add(previous)
                                     .add(row.get<std::int64_t>(1))
                                     .add(shop_id)
                                     .add(text(2))
                                     .add(text(3))
                                     .add_maybe(maybe(4))
                                     .add(text(5))
                                     .add_maybe(maybe(6))
                                     .add_maybe(maybe(7))
                                     .add(text(8))
                                     .add_maybe(maybe(9))
                                     .add_maybe(maybe(10))
                                     .add(text(11))
                                     .add(text(12))
                                     .hex();
        if (text(13) != previous || text(14) != hash) return row.get<std::int64_t>(0);
        previous = hash;
    }
    return 0;
}

}  // namespace shopkeeper::journal
