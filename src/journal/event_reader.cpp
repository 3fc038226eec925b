#include "journal/event_reader.hpp"

namespace shopkeeper::journal {
namespace {

constexpr std::string_view kSince = R"sql(
SELECT id, type, subject_id
FROM events
WHERE shop_id = $1 AND ts_ms >= $2
ORDER BY ts_ms DESC, id DESC
LIMIT $3
)sql";

}  // namespace

std::vector<EventNote> events_since(storage::Connection& connection, std::int64_t shop_id,
                                    UnixMs since_ms, std::int64_t max) {
    std::vector<EventNote> events;
    for (const storage::Row row : connection.query(kSince, {shop_id, since_ms, max}))
        events.push_back(
            {row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::string>(2)});
    return events;
}

}  // namespace shopkeeper::journal
