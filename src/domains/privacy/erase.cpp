#include "domains/privacy/erase.hpp"

#include <string>
#include <vector>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "storage/maintenance.hpp"

namespace shopkeeper::privacy {
namespace {

/// So many numbers of active orders are named in a refusal.
constexpr std::int64_t kNamedMax = 5;

// Parameters, where nothing else is said: $1 the shop, $2 the client, $3 kErased, $4 the alias of
// the phone. What was absent stays absent.

constexpr std::string_view kActive = R"sql(
SELECT order_number
FROM orders
WHERE shop_id = $1
  AND (client_id = $2 OR phone = $3 OR sender_phone = $3 OR recipient_phone = $3)
  AND status NOT IN ('delivered', 'cancelled')
ORDER BY id
LIMIT $4
)sql";

/// The Telegram id, which is unique in the shop and at which nobody shall be told anything more, is
/// absent afterwards.
constexpr std::string_view kEraseClient = R"sql(
UPDATE client
SET phone = $4, phone_verified = FALSE, is_foreign = FALSE, name = $3,
    notes = CASE WHEN notes = '' THEN notes ELSE $3 END,
    telegram_user_id = NULL,
    telegram_username = CASE WHEN telegram_username IS NULL THEN NULL ELSE $3 END,
    telegram_first_name = CASE WHEN telegram_first_name IS NULL THEN NULL ELSE $3 END,
    updated_ms = $5
WHERE shop_id = $1 AND id = $2
)sql";

/// A fingerprint (O20) is made of what is erased: a guess could be tried on it. The channel's user
/// goes as the Telegram id does; the pickup address is the shop's own.
constexpr std::string_view kEraseOrders = R"sql(
UPDATE orders
SET customer_name = $3, phone = $4, sender_phone = $4, recipient_name = $3, recipient_phone = $4,
    names_folded = $5,
    delivery_address = CASE WHEN delivery_address IS NULL THEN NULL ELSE $3 END,
    original_date = CASE WHEN original_date IS NULL THEN NULL ELSE $3 END,
    original_time = CASE WHEN original_time IS NULL THEN NULL ELSE $3 END,
    delivery_notes = CASE WHEN delivery_notes IS NULL THEN NULL ELSE $3 END,
    notes = CASE WHEN notes IS NULL THEN NULL ELSE $3 END,
    cancel_reason = CASE WHEN cancel_reason IS NULL THEN NULL ELSE $3 END,
    channel_user_id = NULL, fingerprint = $3, updated_ms = $6, version = version + 1
WHERE shop_id = $1 AND client_id = $2
)sql";

constexpr std::string_view kEraseLines = R"sql(
UPDATE order_line
SET special_requests = $3
WHERE shop_id = $1
  AND special_requests IS NOT NULL
  AND order_id IN (SELECT id FROM orders WHERE shop_id = $1 AND client_id = $2)
)sql";

/// A picture may show a door or a face. The row stays: the history tells of as many photos.
constexpr std::string_view kErasePhotos = R"sql(
UPDATE order_photo
SET url = $3
WHERE shop_id = $1 AND order_id IN (SELECT id FROM orders WHERE shop_id = $1 AND client_id = $2)
)sql";

/// Fields whose values are words and numbers of the shop's keep them; reasons are free text.
constexpr std::string_view kEraseHistory = R"sql(
UPDATE order_history
SET old_value = CASE
        WHEN old_value IS NULL
             OR field IN ('status', 'payment_status', 'courier_id', 'florist_id', 'total',
                          'delivery_type', 'delivery_date', 'delivery_time', 'pickup_address')
        THEN old_value ELSE $3 END,
    new_value = CASE
        WHEN new_value IS NULL
             OR field IN ('status', 'payment_status', 'courier_id', 'florist_id', 'total',
                          'delivery_type', 'delivery_date', 'delivery_time', 'pickup_address')
        THEN new_value ELSE $3 END,
    reason = CASE WHEN reason IS NULL THEN NULL ELSE $3 END,
    principal = CASE WHEN actor_kind = 'customer' AND SUBSTR(principal, 1, 9) = 'customer:'
                     THEN $3 ELSE principal END
WHERE shop_id = $1 AND order_id IN (SELECT id FROM orders WHERE shop_id = $1 AND client_id = $2)
)sql";

/// Of any history: the phone $2, which becomes the alias $3.
constexpr std::string_view kErasePhoneInHistory = R"sql(
UPDATE order_history
SET old_value = CASE WHEN old_value = $2 THEN $3 ELSE old_value END,
    new_value = CASE WHEN new_value = $2 THEN $3 ELSE new_value END
WHERE shop_id = $1 AND (old_value = $2 OR new_value = $2)
)sql";

constexpr std::string_view kEraseActor =
    "UPDATE order_history SET principal = $3 WHERE shop_id = $1 AND principal IN ";

constexpr std::string_view kEraseRecipientInHistory = R"sql(
UPDATE order_history
SET old_value = CASE WHEN old_value IS NULL THEN NULL ELSE $3 END,
    new_value = CASE WHEN new_value IS NULL THEN NULL ELSE $3 END
WHERE shop_id = $1
  AND order_id = $2
  AND field IN ('recipient_name', 'recipient_phone', 'delivery_address', 'delivery_notes')
)sql";

constexpr std::string_view kToThePerson = R"sql(
SELECT id, customer_name
FROM orders
WHERE shop_id = $1 AND client_id <> $2 AND recipient_phone = $3
ORDER BY id
)sql";

constexpr std::string_view kEraseRecipient = R"sql(
UPDATE orders
SET recipient_name = $3, recipient_phone = $4, names_folded = $5,
    delivery_address = CASE WHEN delivery_address IS NULL THEN NULL ELSE $3 END,
    delivery_notes = CASE WHEN delivery_notes IS NULL THEN NULL ELSE $3 END,
    fingerprint = $3, updated_ms = $6, version = version + 1
WHERE shop_id = $1 AND id = $2
)sql";

constexpr std::string_view kErasePayer = R"sql(
UPDATE orders
SET phone = CASE WHEN phone = $5 THEN $4 ELSE phone END,
    sender_phone = CASE WHEN sender_phone = $5 THEN $4 ELSE sender_phone END,
    fingerprint = $3, updated_ms = $6, version = version + 1
WHERE shop_id = $1 AND client_id <> $2 AND (phone = $5 OR sender_phone = $5)
)sql";

constexpr std::string_view kEraseReviews = R"sql(
UPDATE review
SET author_name = $3, text = $3, text_folded = $4,
    reply_text = CASE WHEN reply_text IS NULL THEN NULL ELSE $3 END,
    moderation_reason = CASE WHEN moderation_reason IS NULL THEN NULL ELSE $3 END,
    principal = $3, updated_ms = $5)sql";

constexpr std::string_view kUsersTold = R"sql(
SELECT DISTINCT channel_user_id
FROM orders
WHERE shop_id = $1 AND client_id = $2 AND channel_user_id IS NOT NULL
ORDER BY channel_user_id
)sql";

constexpr std::string_view kEraseEvents = R"sql(
UPDATE events
SET data_json = REPLACE(data_json, $3, $4)
WHERE shop_id = $1
  AND subject_kind = 'order'
  AND subject_id IN (SELECT CAST(id AS TEXT) FROM orders WHERE shop_id = $1 AND client_id = $2)
)sql";

constexpr std::string_view kEraseMessages = R"sql(
UPDATE outbox
SET payload_json = '{}', last_error = NULL, lease_owner = NULL, lease_until_ms = NULL,
    state = CASE WHEN state IN ('pending', 'leased') THEN 'skipped' ELSE state END
WHERE shop_id = $1
  AND partition_key IN (SELECT 'order:' || CAST(id AS TEXT)
                        FROM orders
                        WHERE shop_id = $1 AND client_id = $2)
)sql";

constexpr std::string_view kErasePhotosOfReviews =
    "DELETE FROM review_photo WHERE shop_id = $1 AND review_id IN (SELECT id FROM review";

std::string with(std::string_view before, std::string_view after) {
    return std::string(before).append(after);
}

/// As it stands in the data of an event (announcements.cpp).
std::string told_member(const std::optional<std::string>& user_id) {
    JsonWriter out;
    out.begin_object();
    out.field("channel_user_id", user_id);
    out.end_object();
    const std::string_view object = out.view();
    return std::string(object.substr(1, object.size() - 2));
}

/// One erasure, table by table; each step finds its rows by what a later one overwrites.
class Erasure {
public:
    Erasure(storage::Connection& connection, const Person& person, UnixMs now_ms)
        : connection_(connection),
          person_(person),
          alias_("x" + std::to_string(person.client_id)),
          now_ms_(now_ms) {}

    Result<Erased> run() {
        if (auto idle = check_idle(); !idle) return Refusal(idle.error());
        erase_kept_results();
        storage::in_maintenance(connection_, "order_history", [&] { erase_history(); });
        erase_reviews();
        erase_messages();
        erase_named_in();
        erase_orders();
        connection_.execute(kEraseClient, {shop(), client(), kErased, alias_, now_ms_});
        return done_;
    }

private:
    std::int64_t shop() const { return person_.shop_id; }
    std::int64_t client() const { return person_.client_id; }

    Result<void> check_idle() {
        std::string numbers;
        for (const storage::Row row :
             connection_.query(kActive, {shop(), client(), person_.phone, kNamedMax}))
            numbers += (numbers.empty() ? "" : ", ") + row.get<std::string>(0);
        if (numbers.empty()) return {};
        return failed_precondition(
            "active_order", "Orders are still under way with this phone: " + numbers +
                                ". Deliver or cancel them, then erase; nothing was changed.");
    }

    void erase_kept_results() {
        static const std::string sql = with("DELETE FROM idempotency_keys", own_kept_results());
        done_.kept_results = connection_.execute(sql, {shop(), client(), person_.phone});
    }

    void erase_history() {
        static const std::string actor = with(kEraseActor, kOwnPrincipals);
        done_.history = connection_.execute(kEraseHistory, {shop(), client(), kErased});
        done_.history += connection_.execute(actor, {shop(), client(), kErased});
        for (const storage::Row row : orders_to_the_person()) {
            done_.history += connection_.execute(kEraseRecipientInHistory,
                                                 {shop(), row.get<std::int64_t>(0), kErased});
        }
        done_.history += connection_.execute(kErasePhoneInHistory, {shop(), person_.phone, alias_});
    }

    void erase_reviews() {
        static const std::string photos = with(kErasePhotosOfReviews, own_reviews() + ")");
        // The first two parameters are those of own_reviews().
        static const std::string reviews = with(kEraseReviews, own_reviews());
        connection_.execute(photos, {shop(), client()});
        done_.reviews =
            connection_.execute(reviews, {shop(), client(), kErased, text::fold(kErased), now_ms_});
    }

    void erase_messages() {
        const std::string nobody = told_member(std::nullopt);
        for (const storage::Row row : connection_.query(kUsersTold, {shop(), client()})) {
            const std::string told = told_member(row.get<std::string>(0));
            connection_.execute(kEraseEvents, {shop(), client(), told, nobody});
        }
        done_.messages = connection_.execute(kEraseMessages, {shop(), client()});
    }

    storage::Rows orders_to_the_person() {
        return connection_.query(kToThePerson, {shop(), client(), person_.phone});
    }

    void erase_named_in() {
        for (const storage::Row row : orders_to_the_person()) {
            const std::string names =
                text::fold(row.get<std::string>(1)) + "\n" + text::fold(kErased);
            done_.named_in += connection_.execute(
                kEraseRecipient,
                {shop(), row.get<std::int64_t>(0), kErased, alias_, names, now_ms_});
        }
        done_.named_in += connection_.execute(
            kErasePayer, {shop(), client(), kErased, alias_, person_.phone, now_ms_});
    }

    void erase_orders() {
        const std::string erased = text::fold(kErased);
        const std::string names = erased + "\n" + erased;
        connection_.execute(kEraseLines, {shop(), client(), kErased});
        connection_.execute(kErasePhotos, {shop(), client(), kErased});
        done_.orders =
            connection_.execute(kEraseOrders, {shop(), client(), kErased, alias_, names, now_ms_});
    }

    storage::Connection& connection_;
    const Person& person_;
    const std::string alias_;
    const UnixMs now_ms_;
    Erased done_;
};

}  // namespace

Result<Erased> erase_person(storage::Connection& connection, const Person& person, UnixMs now_ms) {
    return Erasure(connection, person, now_ms).run();
}

}  // namespace shopkeeper::privacy
