#include "oauth/clients.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "oauth/redirect_uri.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kNameMax = 100;
constexpr std::size_t kRedirectsMax = 10;
constexpr std::size_t kIdBytes = 16;
constexpr std::string_view kIdPrefix = "mcp_";
constexpr std::int64_t kHourMs = 3600 * 1000;
constexpr std::int64_t kUnusedKeptMs = 24 * kHourMs;
constexpr std::int64_t kUsedKeptMs = 90 * 24 * kHourMs;

constexpr std::string_view kCount = "SELECT COUNT(*) FROM oauth_client";

constexpr std::string_view kInsert = R"sql(
INSERT INTO oauth_client (id, name, redirect_uris, created_ms, used_ms)
VALUES ($1, $2, $3, $4, $4))sql";

constexpr std::string_view kSelect = R"sql(
SELECT name, redirect_uris
FROM oauth_client
WHERE id = $1)sql";

constexpr std::string_view kMarkUsed = R"sql(
UPDATE oauth_client
SET used_ms = $2
WHERE id = $1)sql";

// A program that was let in has a later use than its registration.
constexpr std::string_view kForget = R"sql(
DELETE FROM oauth_client
WHERE (used_ms = created_ms AND created_ms <= $1) OR used_ms <= $2)sql";

/// One a line: no URI holds a line feed.
std::string joined(const std::vector<std::string>& uris) {
    std::string lines;
    for (const std::string& uri : uris) lines += lines.empty() ? uri : "\n" + uri;
    return lines;
}

std::vector<std::string> split_lines(std::string_view lines) {
    std::vector<std::string> all;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        all.emplace_back(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return all;
}

/// What is said of `name`, or what is meant when nothing is: as a list of words.
bool offers(const Json& metadata, const char* name, std::string_view wanted) {
    const auto member = metadata.find(name);
    if (member == metadata.end()) return true;
    return member->is_array() && std::find(member->begin(), member->end(), wanted) != member->end();
}

}  // namespace

bool Client::has_redirect(std::string_view presented) const {
    return std::any_of(
        redirect_uris.begin(), redirect_uris.end(),
        [&](const std::string& registered) { return matches_redirect(registered, presented); });
}

OAuthResult<Client> read_client_metadata(std::string_view json) {
    const auto metadata = parse_json(json);
    if (!metadata || !metadata->is_object())
        return fail("invalid_client_metadata", "the metadata must be a JSON object");
    Client client;
    const auto uris = metadata->find("redirect_uris");
    if (uris == metadata->end() || !uris->is_array() || uris->empty() ||
        uris->size() > kRedirectsMax)
        return fail("invalid_redirect_uri", "redirect_uris must list 1 to 10 URIs");
    for (const Json& uri : *uris) {
        if (!uri.is_string() || !is_registrable_redirect(uri.get_ref<const std::string&>()))
            return fail("invalid_redirect_uri",
                        "a redirect URI must be https, http on loopback, or of a scheme of the "
                        "program's own such as com.example.app:/done");
        client.redirect_uris.push_back(uri.get<std::string>());
    }
    if (!offers(*metadata, "grant_types", "authorization_code") ||
        !offers(*metadata, "response_types", "code"))
        return fail("invalid_client_metadata", "only the authorization code flow is served");
    const auto name = metadata->find("client_name");
    if (name != metadata->end() && name->is_string())
        client.name = text::truncate(text::clean(name->get_ref<const std::string&>()), kNameMax);
    if (const auto id = metadata->find("client_id"); id != metadata->end() && id->is_string())
        client.id = id->get<std::string>();
    return client;
}

OAuthResult<Client> register_client(storage::Connection& connection, Random& random, UnixMs now_ms,
                                    std::string_view metadata_json) {
    auto client = read_client_metadata(metadata_json);
    if (!client) return client;
    const auto count = [&] { return connection.query(kCount).front().get<std::int64_t>(0); };
    if (count() >= kClientsMax) {
        connection.execute(kForget, {now_ms - kHourMs, now_ms - kUsedKeptMs});
        if (count() >= kClientsMax)
            return fail("temporarily_unavailable", "too many programs have registered; try later");
    }
    client->id = std::string(kIdPrefix) + random.hex(kIdBytes);
    if (client->name.empty()) client->name = client->id;
    connection.execute(kInsert, {client->id, client->name, joined(client->redirect_uris), now_ms});
    return client;
}

std::optional<Client> find_client(storage::Connection& connection, std::string_view id) {
    const auto rows = connection.query(kSelect, {id});
    if (rows.empty()) return std::nullopt;
    const storage::Row row = rows.front();
    return Client{
        std::string(id), row.get<std::string>(0), split_lines(row.get<std::string_view>(1)), {}};
}

void mark_used(storage::Connection& connection, std::string_view id, UnixMs now_ms) {
    connection.execute(kMarkUsed, {id, now_ms});
}

std::int64_t purge_clients(storage::Connection& connection, UnixMs now_ms) {
    return connection.execute(kForget, {now_ms - kUnusedKeptMs, now_ms - kUsedKeptMs});
}

}  // namespace shopkeeper::oauth
