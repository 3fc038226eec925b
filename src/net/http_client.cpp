#include "net/http_client.hpp"

#include <algorithm>

#include "net/http_message.hpp"

namespace shopkeeper::net {
namespace {

class WholeAnswer : public HttpReceiver {
public:
    bool on_head(const HttpHead& head) override {
        static_cast<HttpHead&>(response) = head;
        return true;
    }
    bool on_chunk(std::string_view chunk) override {
        response.body += chunk;
        return true;
    }

    HttpResponse response;
};

}  // namespace

std::optional<std::string_view> find_header(const HeaderFields& headers, std::string_view name) {
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
    if (found == headers.end()) return std::nullopt;
    return found->second;
}

HttpResult<HttpResponse> HttpClient::request(const HttpRequest& request, const HttpLimits& limits,
                                             std::stop_token stop) {
    WholeAnswer answer;
    const auto done = stream(request, limits, answer, std::move(stop));
    if (!done) return tl::unexpected(done.error());
    return std::move(answer.response);
}

}  // namespace shopkeeper::net
