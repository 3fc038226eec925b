#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domains/auth/foreign_tokens.hpp"
#include "net/http_client.hpp"
#include "oauth/key_set.hpp"

namespace shopkeeper::oauth {

/// Tokens of the authorization servers that the shop is configured to trust: JWTs for our resource,
/// signed by a key of the issuer's JWKS. Keys are found through the issuer's metadata (RFC 8414,
/// OpenID Connect Discovery) when first needed, and read again after an hour, or for a key that is
/// not known, at most once a minute. While the issuer is away the old keys go on for a day.
/// Thread-safe.
class IssuerTokens final : public auth::ForeignTokens {
public:
    static constexpr std::int64_t kFreshMs = std::int64_t{3600} * 1000;
    static constexpr std::int64_t kStaleMs = std::int64_t{24} * 3600 * 1000;
    static constexpr std::int64_t kRetryMs = std::int64_t{60} * 1000;

    /// `resource`: what tokens must be for.
    IssuerTokens(net::HttpClient& http, std::vector<std::string> issuers, std::string resource);
    ~IssuerTokens() override;

    std::optional<Result<auth::ForeignSubject>> read(std::string_view token, UnixMs now_ms,
                                                     bool may_wait) override;

private:
    struct Issuer;

    std::shared_ptr<const KeySet> keys_for(Issuer& issuer, const TokenHeader& header, UnixMs now_ms,
                                           bool may_wait);
    std::shared_ptr<const KeySet> fetch_keys(const std::string& issuer);
    std::optional<std::string> find_jwks_uri(const std::string& issuer);

    net::HttpClient& http_;
    const std::string resource_;
    std::vector<std::unique_ptr<Issuer>> issuers_;
};

}  // namespace shopkeeper::oauth
