#include "conformance/sign_in.hpp"

#include <stdexcept>

namespace shopkeeper::conformance {
namespace {

/// Where the suite says that our metadata document lies.
constexpr const char* kMetadataUrl = "https://conformance-test.local/client-metadata.json";

template <class T>
T value_of(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

oauth_client::Identity identity_of(const Json& context) {
    oauth_client::Identity identity{.name = "Conformance", .metadata_url = kMetadataUrl};
    if (!context.contains("client_id")) return identity;
    oauth_client::ConfiguredClient client{.issuer = context.value("issuer", ""),
                                          .id = context["client_id"],
                                          .secret = context.value("client_secret", "")};
    if (context.contains("private_key_pem")) {
        client.key = value_of(
            oauth_client::Es256Key::from_pem(context["private_key_pem"].get<std::string>()));
    }
    identity.clients.push_back(std::move(client));
    return identity;
}

}  // namespace

SignIn::SignIn(net::HttpClient& http, const std::string& server_url, const std::string& scenario,
               const Json& context)
    : browser_(http) {
    const bool has_person = scenario.find("client-credentials") == std::string::npos;
    authorizer_ = value_of(oauth_client::Authorizer::open(
        {.server_url = server_url, .identity = identity_of(context)},
        {http, clock_, random_, has_person ? &browser_ : nullptr}, store_));
}

}  // namespace shopkeeper::conformance
