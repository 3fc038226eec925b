#include "oauth_client/web.hpp"

#include "oauth_client/json_members.hpp"
#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {

Web::Web(net::HttpClient& client, Url server, net::HttpLimits limits)
    : client_(client), server_(std::move(server)), limits_(limits) {
    if (server_.is_loopback()) limits_.reach = net::Reach::anywhere;
}

Result<net::HttpResponse> Web::send(const net::HttpRequest& request, std::stop_token stop) const {
    const auto url = parse_url(request.url);
    if (!url || !may_visit(*url, server_)) {
        return refused("forbidden_url",
                       "Signing in to " + server_.origin() +
                           " would lead to an address that is not a plain https URL.");
    }
    auto response = client_.request(request, limits_, std::move(stop));
    if (!response) {
        return refuse(ErrorCode::unavailable,
                      "Signing in to " + server_.origin() +
                          " needs an answer that did not come: " + response.error().message);
    }
    return *std::move(response);
}

Result<std::optional<Json>> Web::find_document(const std::string& url, std::stop_token stop) const {
    const auto response =
        send({.url = url, .headers = {{"Accept", "application/json"}}}, std::move(stop));
    if (!response) return Refusal(response.error());
    if (response->status >= 500 || response->status == 429) {
        return refuse(ErrorCode::unavailable, parse_url(url)->origin() + " answers with status " +
                                                  std::to_string(response->status) +
                                                  "; try again later.");
    }
    if (response->status != 200) return std::nullopt;
    return parse_object(response->body);
}

}  // namespace shopkeeper::oauth_client
