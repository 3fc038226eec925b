#include "domains/auth/token.hpp"

#include <charconv>
#include <optional>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"

namespace shopkeeper::auth {
namespace {

constexpr std::string_view kIssuer = "shopkeeper";
constexpr std::string_view kAudience = "shopkeeper";
constexpr std::int64_t kClockToleranceS = 30;
constexpr std::size_t kTokenIdBytes = 16;

struct Parts {
    std::string_view signed_text;  ///< header and claims with the dot between them
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
};

std::optional<Parts> split(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || last == first) return std::nullopt;
    const std::string_view claims = token.substr(first + 1, last - first - 1);
    if (claims.find('.') != std::string_view::npos) return std::nullopt;
    return Parts{token.substr(0, last), token.substr(0, first), claims, token.substr(last + 1)};
}

std::optional<Json> object_of(std::string_view encoded) {
    const auto text = from_base64url(encoded);
    auto json = text ? parse_json(*text) : std::nullopt;
    if (!json || !json->is_object()) return std::nullopt;
    return json;
}

/// The algorithm is compared with the only one we sign with; key ids and embedded keys are never
/// looked at, and extensions that must be understood are not.
bool is_our_header(const Json& header) {
    const auto algorithm = header.find("alg");
    return algorithm != header.end() && *algorithm == "HS256" && !header.contains("crit");
}

std::optional<std::int64_t> integer(const Json& claims, const char* name) {
    const auto member = claims.find(name);
    if (member == claims.end() || !member->is_number_integer()) return std::nullopt;
    return member->get<std::int64_t>();
}

std::string text(const Json& claims, const char* name) {
    const auto member = claims.find(name);
    if (member == claims.end() || !member->is_string()) return {};
    return member->get<std::string>();
}

std::optional<std::int64_t> subject(const Json& claims) {
    const auto member = claims.find("sub");
    if (member == claims.end() || !member->is_string()) return std::nullopt;
    const auto& text = member->get_ref<const std::string&>();
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id < 1) return std::nullopt;
    return id;
}

Refusal bad_token() {
    return refuse(ErrorCode::unauthenticated,
                  "The access token is not valid. Call login for a new one.");
}

Refusal bad_access_token() {
    return refuse(ErrorCode::unauthenticated,
                  "The access token is not valid here, or not any more. Sign in again.");
}

std::string sign(std::string_view secret, std::string_view claims_json) {
    const std::string signed_text =
        base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(claims_json);
    return signed_text + "." + base64url(hmac_sha256(secret, signed_text));
}

/// What every token of ours says of its times and parties.
void write_frame(JsonWriter& claims, std::string_view issuer, std::string_view audience,
                 UnixMs now_ms, std::int64_t ttl_s, Random& random) {
    const std::int64_t now_s = now_ms / 1000;
    claims.field("iss", issuer);
    claims.field("aud", audience);
    claims.field("iat", now_s);
    claims.field("nbf", now_s);
    claims.field("exp", now_s + ttl_s);
    claims.field("jti", random.hex(kTokenIdBytes));
}

/// The claims of a token that we signed for this audience; nullopt for any other.
std::optional<Json> verified_claims(std::string_view secret, std::string_view token,
                                    std::string_view issuer, std::string_view audience) {
    if (token.size() > kTokenBytesMax) return std::nullopt;
    const auto parts = split(token);
    if (!parts) return std::nullopt;

    // The signature comes first: nothing of a stranger's text is parsed.
    const auto signature = from_base64url(parts->signature);
    if (!signature || !equal_in_constant_time(*signature, hmac_sha256(secret, parts->signed_text)))
        return std::nullopt;

    const auto header = object_of(parts->header);
    auto claims = object_of(parts->claims);
    if (!header || !is_our_header(*header) || !claims) return std::nullopt;
    if (text(*claims, "iss") != issuer || text(*claims, "aud") != audience) return std::nullopt;
    return claims;
}

enum class Time { early, good, late };

/// nullopt: the claims do not say.
std::optional<Time> time_of(const Json& claims, UnixMs now_ms) {
    const auto not_before_s = integer(claims, "nbf");
    const auto expires_s = integer(claims, "exp");
    if (!not_before_s || !expires_s) return std::nullopt;
    const std::int64_t now_s = now_ms / 1000;
    if (now_s < *not_before_s - kClockToleranceS) return Time::early;
    if (now_s >= *expires_s + kClockToleranceS) return Time::late;
    return Time::good;
}

}  // namespace

std::string issue_token(std::string_view secret, std::int64_t user_id, std::int64_t token_version,
                        UnixMs now_ms, std::int64_t ttl_s, Random& random) {
    JsonWriter claims;
    claims.begin_object();
    write_frame(claims, kIssuer, kAudience, now_ms, ttl_s, random);
    claims.field("sub", std::to_string(user_id));
    claims.field("ver", token_version);
    claims.end_object();
    return sign(secret, claims.view());
}

Result<Claims> read_token(std::string_view secret, std::string_view token, UnixMs now_ms) {
    const auto claims = verified_claims(secret, token, kIssuer, kAudience);
    if (!claims) return bad_token();
    const auto user_id = subject(*claims);
    const auto version = integer(*claims, "ver");
    const auto time = time_of(*claims, now_ms);
    if (!user_id || !version || !time || *time == Time::early) return bad_token();
    if (*time == Time::late) {
        return refuse(ErrorCode::unauthenticated,
                      "The access token has expired. Call login for a new one.");
    }
    return Claims{*user_id, *version, integer(*claims, "exp").value()};
}

std::string issue_access_token(std::string_view secret, const Audience& audience,
                               const AccessClaims& claims, UnixMs now_ms, std::int64_t ttl_s,
                               Random& random) {
    JsonWriter out;
    out.begin_object();
    write_frame(out, audience.issuer, audience.resource, now_ms, ttl_s, random);
    out.field("grant", claims.grant_id);
    out.field("scope", claims.scopes.text());
    out.end_object();
    return std::string(kAccessPrefix) + sign(secret, out.view());
}

Result<AccessClaims> read_access_token(std::string_view secret, const Audience& audience,
                                       std::string_view token, UnixMs now_ms) {
    const bool is_one = token.starts_with(kAccessPrefix) && !audience.resource.empty();
    if (!is_one) return bad_access_token();
    token.remove_prefix(kAccessPrefix.size());
    const auto claims = verified_claims(secret, token, audience.issuer, audience.resource);
    if (!claims || time_of(*claims, now_ms) != Time::good) return bad_access_token();
    AccessClaims read{text(*claims, "grant"), ScopeSet::parse(text(*claims, "scope"))};
    if (read.grant_id.empty()) return bad_access_token();
    return read;
}

}  // namespace shopkeeper::auth
