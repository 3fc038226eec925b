#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/http_client.hpp"

namespace shopkeeper::test {

/// A Web of one function: what it returns is what the server says. Remembers every request.
/// Thread-safe if the function is.
class FakeHttpClient final : public net::HttpClient {
public:
    using Answer = std::function<net::HttpResult<net::HttpResponse>(const net::HttpRequest&)>;

    explicit FakeHttpClient(Answer answer) : answer_(std::move(answer)) {}

    net::HttpResult<void> stream(const net::HttpRequest& request, const net::HttpLimits& limits,
                                 net::HttpReceiver& receiver, std::stop_token stop) override {
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
            limits_.push_back(limits);
        }
        using Kind = net::HttpFailure::Kind;
        if (stop.stop_requested()) return failure(Kind::stopped);
        const auto response = answer_(request);
        if (!response) return tl::unexpected(response.error());
        if (!receiver.on_head(*response)) return {};
        if (response->body.size() > limits.body_bytes_max) return failure(Kind::too_large);
        if (!response->body.empty()) receiver.on_chunk(response->body);
        return {};
    }

    /// In the order of asking.
    std::vector<net::HttpRequest> requests() const {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }
    std::vector<net::HttpLimits> limits() const {
        const std::scoped_lock lock(mutex_);
        return limits_;
    }

    static tl::unexpected<net::HttpFailure> failure(net::HttpFailure::Kind kind) {
        return tl::unexpected(net::HttpFailure{kind, "as the test wants it"});
    }
    static net::HttpResponse reply(int status, net::HeaderFields headers, std::string body) {
        net::HttpResponse response;
        response.status = status;
        response.headers = std::move(headers);
        response.body = std::move(body);
        return response;
    }
    static net::HttpResponse json(int status, std::string body) {
        return reply(status, {{"Content-Type", "application/json"}}, std::move(body));
    }

private:
    const Answer answer_;
    mutable std::mutex mutex_;
    std::vector<net::HttpRequest> requests_;  // guarded by mutex_
    std::vector<net::HttpLimits> limits_;     // guarded by mutex_
};

}  // namespace shopkeeper::test
