#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP messages as handlers see them; no name of the engine in here.
namespace shopkeeper::net {

/// One request. Values are literal: optional white space around a header value is removed, nothing
/// is decoded, an empty value is a value, and repeats stay visible. Not thread-safe; movable to the
/// thread that answers.
class Request {
public:
    struct Header {
        std::string_view name;
        std::string_view value;
    };

    std::string_view method() const { return view(method_); }
    std::string_view path() const { return view(path_); }    ///< as sent, without the query
    std::string_view query() const { return view(query_); }  ///< without the question mark

    /// The first header of this name (letter case does not matter).
    std::optional<std::string_view> header(std::string_view name) const;
    /// True when the header came more than once and not with one value.
    bool header_differs(std::string_view name) const;
    std::size_t header_count() const { return headers_.size(); }
    Header header_at(std::size_t index) const;

    /// A parameter of the query string with its percent escapes decoded.
    std::optional<std::string> query_parameter(std::string_view name) const;

    std::string body;

    std::string peer_address;  ///< numeric
    bool peer_is_loopback = false;

    /// Requested when the peer has left. While a handler works elsewhere a read is pending on the
    /// socket, so this is noticed at once and not at the next write.
    std::stop_token gone;

private:
    friend class RequestReader;

    struct Slice {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    std::string_view view(Slice slice) const {
        return std::string_view(text_).substr(slice.at, slice.size);
    }
    Slice keep(std::string_view text);
    void clear();

    std::string text_;  ///< everything the slices point into: one buffer, reused between requests
    Slice method_;
    Slice path_;
    Slice query_;
    std::vector<std::pair<Slice, Slice>> headers_;
};

/// Header fields of a reply, written in this order.
using ReplyHeaders = std::vector<std::pair<std::string, std::string>>;

/// One complete answer. `Content-Length`, `Date` and `Connection` are the server's business.
struct Reply {
    int status = 200;
    std::string_view content_type = "application/json";  ///< a literal; not sent without a body
    ReplyHeaders headers = {};
    std::string body = {};
};

/// A refusal of the HTTP layer itself: `{"error":{"code":...,"message":...}}`. Rule: operations A7.
Reply error_reply(int status, std::string_view code, std::string_view message);

/// `text` equals `other` when letter case of A-Z is ignored.
bool equals_ignoring_case(std::string_view text, std::string_view other);

/// `text` without blanks and tabs around it.
std::string_view trimmed(std::string_view text);

}  // namespace shopkeeper::net
