#include "server/database_place.hpp"

#include "storage/postgresql.hpp"
#include "storage/postgresql_url.hpp"

namespace shopkeeper::server {

DatabasePlace DatabasePlace::at(const std::string& file_or_url) const {
    DatabasePlace place = *this;
    const bool is_url = is_server_url(file_or_url);
    place.url = is_url ? file_or_url : "";
    place.file = is_url ? "" : file_or_url;
    return place;
}

std::string DatabasePlace::shown() const {
    return url.empty() ? file.string() : without_password(url);
}

bool is_server_url(std::string_view text) {
    return storage::is_postgresql_url(text);
}

std::string without_password(std::string_view url) {
    return storage::shown_url(url);
}

std::unique_ptr<storage::Database> open_place(const DatabasePlace& place, bool create) {
    if (!place.url.empty()) {
        return storage::open_postgresql({.url = place.url,
                                         .connections_max = place.connections_max,
                                         .wait_max = place.busy_timeout,
                                         .statement_max = place.statement_max,
                                         .prepares = place.prepares,
                                         .is_durable = place.is_durable,
                                         .reach = place.reach,
                                         .serving_role = place.has_wall ? place.serving_role : ""});
    }
    return storage::open_sqlite(
        {.path = place.file.string(), .write_wait_max = place.busy_timeout, .create = create});
}

}  // namespace shopkeeper::server
