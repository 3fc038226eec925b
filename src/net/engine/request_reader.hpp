#pragma once

// Private to net/: the one header beside http_server.cpp that names Beast. Do not include
// elsewhere.

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string_view>

#include "net/http_message.hpp"

namespace shopkeeper::net {

/// Reads the bytes of one request into a Request. Beast's grammar and its checks against request
/// smuggling (conflicting lengths, length beside chunks), our storage: one buffer for all text, no
/// allocation per header.
class RequestReader final : public boost::beast::http::basic_parser<true> {
public:
    struct Limits {
        std::size_t line_bytes_max;
        std::size_t head_bytes_max;
        std::size_t body_bytes_max;
    };

    RequestReader(Request& request, const Limits& limits);

    enum class Step {
        needs_more,
        head_done,  ///< reported once; the body, if there is one, follows
        done,
        broken,  ///< `refusal` says why
    };
    /// Reads from `input` and removes what it used.
    Step read(std::string_view& input);

    /// What to answer when the request is broken.
    Reply refusal() const;

    /// REQUIRES (all three): the head is done.
    bool is_http_11() const { return http_11_; }
    bool keeps_connection() const { return keep_alive(); }
    bool announces_too_much() const {
        return content_length().value_or(0) > limits_.body_bytes_max;
    }
    /// The answer to an announced body that is too large.
    Reply too_large() const;

private:
    using string_view = boost::beast::string_view;
    using error_code = boost::beast::error_code;
    using verb = boost::beast::http::verb;
    using field = boost::beast::http::field;

    void on_request_impl(verb, string_view method, string_view target, int version,
                         error_code& error) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(field id, string_view name, string_view value, error_code& error) override;
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view body, error_code& error) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t remaining, string_view body,
                                   error_code& error) override;
    void on_finish_impl(error_code&) override {}

    Request& request_;
    const Limits& limits_;
    error_code error_;
    std::size_t head_bytes_ = 0;
    int hosts_ = 0;
    bool http_11_ = true;
    bool head_reported_ = false;
    bool target_too_long_ = false;
    bool foreign_encoding_ = false;
};

}  // namespace shopkeeper::net
