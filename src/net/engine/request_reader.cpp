// Beast 1.74 asserts that at least five bytes are there when the empty last chunk of a body goes on
// arriving; a client that sends them one by one would end a debug build. The code behind is right.
#define BOOST_DISABLE_ASSERTS

#include "net/engine/request_reader.hpp"

#include <algorithm>
#include <limits>

namespace shopkeeper::net {
namespace {

namespace http = boost::beast::http;

std::string_view std_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// `http://host/path?query` (what proxies send) without scheme and host; anything else as it is.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const auto slash = target.find('/', scheme.size());
        return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    return target;
}

}  // namespace

RequestReader::RequestReader(Request& request, const Limits& limits)
    : request_(request), limits_(limits) {
    request_.clear();
    header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
    // Sizes are checked here, so that the filter speaks before they do. (Not `none`: Beast 1.74
    // then finds every announced body too large.)
    body_limit(std::numeric_limits<std::uint64_t>::max());
    eager(false);  // stop between head and body
}

RequestReader::Step RequestReader::read(std::string_view& input) {
    while (!is_done()) {
        if (head_reported_ && input.empty()) return Step::needs_more;
        error_code error;
        input.remove_prefix(put(boost::asio::const_buffer(input.data(), input.size()), error));
        if (error == http::error::need_more) {
            // Only an unfinished line is ever left over; one longer than a whole head is an attack.
            if (input.size() < limits_.head_bytes_max) return Step::needs_more;
            error_ = http::error::header_limit;
            return Step::broken;
        }
        if (error) {
            error_ = error;
            return Step::broken;
        }
        if (is_header_done() && !head_reported_) {
            head_reported_ = true;
            const bool names_host = !http_11_ || hosts_ == 1;
            if (!names_host || foreign_encoding_) {
                error_ =
                    foreign_encoding_ ? http::error::bad_transfer_encoding : http::error::bad_field;
                return Step::broken;
            }
            return Step::head_done;
        }
    }
    return Step::done;
}

Reply RequestReader::refusal() const {
    if (target_too_long_)
        return error_reply(414, "invalid_argument", "The request line is too long.");
    if (error_ == http::error::header_limit) {
        return error_reply(431, "invalid_argument", "The request's headers are too large.");
    }
    if (error_ == http::error::body_limit) {
        return too_large();
    }
    if (error_ == http::error::bad_version) {
        return error_reply(505, "invalid_argument", "This server speaks HTTP/1.1.");
    }
    if (foreign_encoding_) {
        return error_reply(501, "invalid_argument", "The only transfer encoding here is chunked.");
    }
    return error_reply(400, "invalid_argument",
                       "This is not an HTTP request: " + error_.message() + ".");
}

Reply RequestReader::too_large() const {
    return error_reply(
        413, "payload_too_large",
        "The body is larger than " + std::to_string(limits_.body_bytes_max) + " bytes.");
}

void RequestReader::on_request_impl(verb, string_view method, string_view target, int version,
                                    error_code& error) {
    if (target.size() + method.size() > limits_.line_bytes_max) {
        target_too_long_ = true;
        error = http::error::header_limit;
        return;
    }
    if (version != 11 && version != 10) {
        error = http::error::bad_version;
        return;
    }
    http_11_ = version == 11;
    head_bytes_ = target.size() + method.size();
    const auto full = origin_form(std_view(target));
    const auto question = full.find('?');
    request_.method_ = request_.keep(std_view(method));
    request_.path_ = request_.keep(full.substr(0, question));
    if (question != std::string_view::npos)
        request_.query_ = request_.keep(full.substr(question + 1));
}

void RequestReader::on_field_impl(field id, string_view name, string_view value,
                                  error_code& error) {
    if (head_reported_) return;  // a trailer: nothing a request may add after its body concerns us
    const std::size_t bytes = name.size() + value.size() + 4;
    head_bytes_ += bytes;
    if (bytes > limits_.line_bytes_max || head_bytes_ > limits_.head_bytes_max) {
        error = http::error::header_limit;
        return;
    }
    if (id == field::host) ++hosts_;
    if (id == field::transfer_encoding && !equals_ignoring_case(std_view(value), "chunked")) {
        foreign_encoding_ = true;
    }
    const auto key = request_.keep(std_view(name));
    request_.headers_.emplace_back(key, request_.keep(std_view(value)));
}

void RequestReader::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    const auto expected = length.value_or(0);
    request_.body.reserve(std::min<std::uint64_t>(expected, limits_.body_bytes_max));
}

std::size_t RequestReader::on_body_impl(string_view body, error_code& error) {
    if (request_.body.size() + body.size() > limits_.body_bytes_max) {
        error = http::error::body_limit;
        return 0;
    }
    request_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestReader::on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) {
    return on_body_impl(body, error);
}

}  // namespace shopkeeper::net
