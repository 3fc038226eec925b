#include "oauth/client_documents.hpp"

#include <algorithm>
#include <utility>

#include "oauth/redirect_uri.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::size_t kIdMax = 2000;

/// Everything behind the host; nothing where there is no path.
std::string_view path_of(std::string_view url) {
    const auto host = url.find("://") + 3;
    const auto path = url.find('/', host);
    return path == std::string_view::npos ? std::string_view() : url.substr(path);
}

std::string host_of(std::string_view url) {
    const auto at = url.find("://") + 3;
    return std::string(url.substr(at, url.find('/', at) - at));
}

tl::unexpected<OAuthError> unusable(std::string why) {
    return fail("invalid_client", "the client's metadata document " + std::move(why));
}

}  // namespace

bool ClientDocuments::is_document_id(std::string_view client_id) const {
    // What may be a redirect of the web is a URL without user name, fragment and odd characters.
    const bool is_url = client_id.size() <= kIdMax && is_registrable_redirect(client_id);
    const bool is_allowed =
        client_id.starts_with("https://") || (admits_loopback_ && is_loopback_redirect(client_id));
    if (!is_url || !is_allowed) return false;
    const std::string_view path = path_of(client_id);
    return path.size() > 1 && path.find("/.") == std::string_view::npos;
}

OAuthResult<Client> ClientDocuments::find(const std::string& client_id) {
    const UnixMs now_ms = clock_.now_ms();
    {
        const std::lock_guard lock(mutex_);
        const auto kept = kept_.find(client_id);
        if (kept != kept_.end() && now_ms < kept->second.until_ms) return kept->second.client;
    }
    auto client = fetch(client_id);
    if (!client) return client;
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kKeptMax) {
        kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
            return a.second.until_ms < b.second.until_ms;
        }));
    }
    kept_.insert_or_assign(client_id, Kept{*client, now_ms + kKeptMs});
    return client;
}

OAuthResult<Client> ClientDocuments::fetch(const std::string& client_id) {
    using namespace std::chrono_literals;
    const net::HttpLimits limits{
        .connect = 3s,
        .total = 5s,
        .body_bytes_max = kDocumentBytesMax,
        .reach = admits_loopback_ ? net::Reach::anywhere : net::Reach::public_internet};
    const auto answer =
        http_.request({.url = client_id, .headers = {{"Accept", "application/json"}}}, limits);
    if (!answer) return unusable("cannot be fetched");
    // A redirection is not followed: it would let whoever can redirect there vouch.
    if (answer->status != 200) return unusable("was not answered with 200");
    auto client = read_client_metadata(answer->body);
    if (!client) return unusable("says nothing usable: " + client.error().description);
    if (client->id != client_id) return unusable("is about another client_id");
    client->vouching_host = host_of(client_id);
    if (client->name.empty()) client->name = client->vouching_host;
    return client;
}

}  // namespace shopkeeper::oauth
