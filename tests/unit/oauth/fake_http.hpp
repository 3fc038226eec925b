#pragma once

#include <map>
#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace shopkeeper::test {

/// Answers what a test has laid down, by URL; anything else is unreachable.
class FakeHttp final : public net::HttpClient {
public:
    void answer(const std::string& url, std::string_view body, int status = 200) {
        answers_[url] = net::HttpResponse{{.status = status}, std::string(body)};
    }
    void fail(const std::string& url, net::HttpFailure::Kind kind) {
        answers_[url] = tl::unexpected(net::HttpFailure{kind, "laid down"});
    }
    void forget() { answers_.clear(); }

    net::HttpResult<void> stream(const net::HttpRequest& request, const net::HttpLimits& given,
                                 net::HttpReceiver& receiver, std::stop_token) override {
        ++asked;
        limits = given;
        const auto found = answers_.find(request.url);
        if (found == answers_.end())
            return tl::unexpected(
                net::HttpFailure{net::HttpFailure::Kind::unreachable, "nobody there"});
        if (!found->second) return tl::unexpected(found->second.error());
        if (receiver.on_head(*found->second)) receiver.on_chunk(found->second->body);
        return {};
    }

    int asked = 0;
    net::HttpLimits limits;  ///< of the last request

private:
    std::map<std::string, net::HttpResult<net::HttpResponse>> answers_;
};

}  // namespace shopkeeper::test
