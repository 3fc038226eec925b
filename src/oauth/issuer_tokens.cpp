#include "oauth/issuer_tokens.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr std::int64_t kClockToleranceS = 30;
constexpr std::size_t kSubjectMax = 255;

net::HttpLimits limits() {
    using namespace std::chrono_literals;
    return {.connect = 3s, .total = 5s, .body_bytes_max = std::size_t{256} * 1024};
}

std::string text(const Json& object, const char* name) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_string()) return {};
    return member->get<std::string>();
}

/// RFC 8414 3.1 puts the path behind the well-known name, OpenID Connect Discovery 4 before it.
std::vector<std::string> metadata_urls(const std::string& issuer) {
    const auto host = issuer.find("://") + 3;
    const auto path = std::min(issuer.find('/', host), issuer.size());
    return {
        issuer.substr(0, path) + "/.well-known/oauth-authorization-server" + issuer.substr(path),
        issuer + "/.well-known/openid-configuration"};
}

/// `aud` is one text or a list of them.
bool is_for(const Json& claims, const std::string& resource) {
    const auto audience = claims.find("aud");
    if (audience == claims.end()) return false;
    if (audience->is_string()) return *audience == resource;
    return audience->is_array() &&
           std::find(audience->begin(), audience->end(), resource) != audience->end();
}

bool is_timely(const Json& claims, UnixMs now_ms) {
    const auto seconds = [&](const char* name) -> std::optional<double> {
        const auto member = claims.find(name);
        if (member == claims.end() || !member->is_number()) return std::nullopt;
        return member->get<double>();
    };
    const auto now_s = static_cast<double>(now_ms) / 1000;
    const auto expires_s = seconds("exp");
    if (!expires_s || now_s >= *expires_s + kClockToleranceS) return false;
    const bool has_start = claims.contains("nbf");
    const auto starts_s = seconds("nbf");
    return !has_start || (starts_s && now_s >= *starts_s - kClockToleranceS);
}

/// `scope` with blanks between (RFC 9068), or `scp`, as some servers have it.
auth::ScopeSet scopes_of(const Json& claims) {
    const auto scopes = auth::ScopeSet::parse(text(claims, "scope"));
    const auto other = claims.find("scp");
    if (other == claims.end()) return scopes;
    if (other->is_string()) return scopes | auth::ScopeSet::parse(text(claims, "scp"));
    std::string list;
    for (const Json& each : *other) {
        if (each.is_string()) list += each.get_ref<const std::string&>() + " ";
    }
    return scopes | auth::ScopeSet::parse(list);
}

Refusal bad_token() {
    return refuse(ErrorCode::unauthenticated,
                  "The access token is not valid here, or not any more. Sign in again.");
}

}  // namespace

struct IssuerTokens::Issuer {
    std::string url;
    std::mutex fetching;  ///< held by who asks the issuer, so that others wait and do not ask, too
    std::mutex mutex;
    // Guarded by mutex.
    std::shared_ptr<const KeySet> keys;
    UnixMs fetched_ms = 0;
    std::optional<UnixMs> asked_ms;
};

IssuerTokens::IssuerTokens(net::HttpClient& http, std::vector<std::string> issuers,
                           std::string resource)
    : http_(http), resource_(std::move(resource)) {
    for (std::string& url : issuers) {
        issuers_.push_back(std::make_unique<Issuer>());
        issuers_.back()->url = std::move(url);
    }
}

IssuerTokens::~IssuerTokens() = default;

std::optional<Result<auth::ForeignSubject>> IssuerTokens::read(std::string_view token,
                                                               UnixMs now_ms, bool may_wait) {
    const std::string named = claimed_issuer(token);
    const auto found = std::find_if(issuers_.begin(), issuers_.end(),
                                    [&](const auto& issuer) { return issuer->url == named; });
    if (named.empty() || found == issuers_.end()) return std::nullopt;
    const auto header = read_token_header(token);
    if (!header) return bad_token();
    const auto keys = keys_for(**found, *header, now_ms, may_wait);
    if (!keys) {
        ErrorDetails details;
        details.retry_after_s = kRetryMs / 1000;
        return refuse(ErrorCode::unavailable,
                      "The authorization server of this token cannot be asked for its keys now.",
                      std::move(details));
    }
    const auto claims = keys->verified_claims(token);
    const bool is_good = claims && text(*claims, "iss") == named && is_for(*claims, resource_) &&
                         is_timely(*claims, now_ms);
    if (!is_good) return bad_token();
    std::string subject = text(*claims, "sub");
    if (subject.empty() || subject.size() > kSubjectMax) return bad_token();
    return auth::ForeignSubject{named, std::move(subject), scopes_of(*claims)};
}

std::shared_ptr<const KeySet> IssuerTokens::keys_for(Issuer& issuer, const TokenHeader& header,
                                                     UnixMs now_ms, bool may_wait) {
    // What is at hand, and whether it will do.
    const auto look = [&](bool& will_do) {
        const std::lock_guard lock(issuer.mutex);
        const UnixMs age_ms = now_ms - issuer.fetched_ms;
        const bool has_key = issuer.keys && issuer.keys->has(header.key_id, header.algorithm);
        const bool may_ask = !issuer.asked_ms || now_ms - *issuer.asked_ms >= kRetryMs;
        will_do = !may_ask || (has_key && age_ms < kFreshMs);
        return age_ms < kStaleMs ? issuer.keys : nullptr;
    };
    bool will_do = false;
    auto keys = look(will_do);
    if (will_do || !may_wait) return keys;
    const std::lock_guard alone(issuer.fetching);
    keys = look(will_do);
    if (will_do) return keys;
    auto fetched = fetch_keys(issuer.url);
    const std::lock_guard lock(issuer.mutex);
    issuer.asked_ms = now_ms;
    if (!fetched) return keys;
    issuer.keys = std::move(fetched);
    issuer.fetched_ms = now_ms;
    return issuer.keys;
}

std::optional<std::string> IssuerTokens::find_jwks_uri(const std::string& issuer) {
    for (const std::string& url : metadata_urls(issuer)) {
        const auto answer =
            http_.request({.url = url, .headers = {{"Accept", "application/json"}}}, limits());
        if (!answer || answer->status != 200) continue;
        const auto metadata = parse_json(answer->body);
        const bool is_theirs =
            metadata && metadata->is_object() && text(*metadata, "issuer") == issuer;
        if (!is_theirs) continue;
        std::string jwks_uri = text(*metadata, "jwks_uri");
        // An issuer that is asked over TLS does not send us where others can answer for it.
        const bool is_as_safe = jwks_uri.starts_with("https://") ||
                                (issuer.starts_with("http://") && jwks_uri.starts_with("http://"));
        if (is_as_safe) return jwks_uri;
    }
    return std::nullopt;
}

std::shared_ptr<const KeySet> IssuerTokens::fetch_keys(const std::string& issuer) {
    const auto jwks_uri = find_jwks_uri(issuer);
    const auto answer =
        jwks_uri ? std::optional(http_.request({.url = *jwks_uri}, limits())) : std::nullopt;
    auto keys = answer && *answer && (*answer)->status == 200 ? KeySet::parse((*answer)->body)
                                                              : std::nullopt;
    if (!keys) {
        log::warning("oauth", "no keys from issuer=" + issuer);
        return nullptr;
    }
    return std::make_shared<const KeySet>(*std::move(keys));
}

}  // namespace shopkeeper::oauth
