#include "oauth_client/loopback_browser.hpp"

#include "oauth_client/refused.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr std::string_view kPath = "/callback";
constexpr std::string_view kHost = "127.0.0.1";

/// The code is in the address of this page: it must not travel on as a referrer, nor be kept.
net::Reply page(int status, std::string_view sentence) {
    return {
        .status = status,
        .content_type = "text/html; charset=utf-8",
        .headers = {{"Cache-Control", "no-store"},
                    {"Referrer-Policy", "no-referrer"},
                    {"Content-Security-Policy", "default-src 'none'"}},
        .body = "<!doctype html><title>Sign-in</title><p>" + std::string(sentence) + "</p>\n",
    };
}

}  // namespace

LoopbackBrowser::LoopbackBrowser(Options options) : options_(std::move(options)) {}

LoopbackBrowser::~LoopbackBrowser() {
    if (listener_) listener_->stop();
}

Result<std::string> LoopbackBrowser::redirect_uri() {
    const std::scoped_lock lock(mutex_);
    if (!listener_) {
        try {
            auto listener = std::make_unique<net::HttpServer>(net::HttpOptions{
                .host = std::string(kHost), .port = options_.port, .io_threads = 1});
            listener->route("GET", kPath, [this](net::Request& request, net::Responder responder) {
                responder.reply(take(request));
            });
            listener->start();
            listener_ = std::move(listener);
        } catch (const net::ListenError& error) {
            return refuse(ErrorCode::unavailable, error.what());
        }
    }
    return "http://" + std::string(kHost) + ":" + std::to_string(listener_->port()) +
           std::string(kPath);
}

net::Reply LoopbackBrowser::take(const net::Request& request) {
    const auto state = request.query_parameter("state");
    const std::scoped_lock lock(mutex_);
    if (awaited_state_.empty() || state != awaited_state_ || answer_) {
        return page(400, "Nobody waits for this answer. Start signing in anew.");
    }
    answer_ = request.query();
    answered_.notify_all();
    return page(200, "Done. You can close this page.");
}

Result<std::string> LoopbackBrowser::visit(const std::string& url, const std::string& state,
                                           std::stop_token stop) {
    const std::scoped_lock turn(turn_);
    std::unique_lock lock(mutex_);
    awaited_state_ = state;
    answer_.reset();
    lock.unlock();
    options_.show(url);
    lock.lock();
    answered_.wait_for(lock, stop, options_.wait_max, [&] { return answer_.has_value(); });
    awaited_state_.clear();
    if (!answer_ && stop.stop_requested()) {
        return refuse(ErrorCode::unavailable, "Signing in was stopped.");
    }
    if (!answer_) {
        return refused("no_answer", "The browser has not come back from signing in.");
    }
    return *std::move(answer_);
}

}  // namespace shopkeeper::oauth_client
