#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

/// Outgoing HTTP. The engine (libcurl) lives in the .cpp.
namespace shopkeeper::net {

/// Header fields in the order of the wire, values literal: nothing is decoded, an empty value is a
/// value, repeats stay. Names compare without regard to letter case.
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The first field of this name.
std::optional<std::string_view> find_header(const HeaderFields& headers, std::string_view name);

struct HttpRequest {
    std::string method = "GET";
    std::string url;  ///< absolute, http or https; sent as it is but for a fragment
    /// `Host`, `Content-Length` and `Connection` are the client's business.
    HeaderFields headers = {};
    std::string body = {};
};

/// An answer without its body. A redirection is an answer like any other, its `Location` literal.
struct HttpHead {
    int status = 0;
    HeaderFields headers = {};

    std::optional<std::string_view> header(std::string_view name) const {
        return find_header(headers, name);
    }
};

struct HttpResponse : HttpHead {
    std::string body = {};
};

/// Whom a request may reach.
enum class Reach {
    anywhere,
    /// Only addresses of the public Internet, checked after the name is resolved and on the very
    /// address that is connected to; no proxy. For an URL that a stranger has given.
    public_internet,
};

struct HttpLimits {
    std::chrono::milliseconds connect{10'000};  ///< until the connection (and its TLS) stands
    std::chrono::milliseconds total{30'000};    ///< from the call to the last byte of the answer
    std::size_t body_bytes_max = std::size_t{1024} * 1024;  ///< of the answer
    Reach reach = Reach::anywhere;
};

/// Why there is no (whole) answer. Whatever an answer says, 500 too, is not a failure here.
struct HttpFailure {
    enum class Kind {
        bad_request,        ///< nothing was sent: the URL, method or a header cannot be sent
        client_missing,     ///< nothing was sent: libcurl is not installed
        forbidden_address,  ///< nothing was sent: `Reach` forbids it
        unreachable,        ///< nothing was sent: no such name, nobody listens, no TLS
        timed_out,          ///< one of the two times ran out
        too_large,          ///< the body, or the head beyond `kHttpHeadBytesMax`
        broken,             ///< the connection ended early, or what came is not HTTP
        stopped,            ///< the stop token
    };
    Kind kind;
    std::string message;  ///< English, for an operator; holds no header and no query of the request
};

template <class T>
using HttpResult = tl::expected<T, HttpFailure>;

inline constexpr std::size_t kHttpHeadBytesMax = std::size_t{64} * 1024;

/// Takes an answer while it arrives, on the thread that asked. `false` from either function means
/// "enough": the connection is closed and the request counts as done.
class HttpReceiver {
public:
    virtual ~HttpReceiver() = default;
    /// Once, before the first chunk.
    virtual bool on_head(const HttpHead& head) = 0;
    /// A piece of the body as it came, transfer encoding undone.
    virtual bool on_chunk(std::string_view chunk) = 0;
};

/// Asks servers. Connections are kept and reused. Redirections are not followed and cookies not
/// kept. Thread-safe; a call blocks its thread.
class HttpClient {
public:
    virtual ~HttpClient() = default;

    /// The whole answer. A request that meets a kept connection which the server has just closed
    /// without a byte in answer is sent once more on a new one.
    /// Errors: `HttpFailure`.
    HttpResult<HttpResponse> request(const HttpRequest& request, const HttpLimits& limits = {},
                                     std::stop_token stop = {});

    /// The answer piece by piece, for event streams. Errors: the same, also in the middle.
    virtual HttpResult<void> stream(const HttpRequest& request, const HttpLimits& limits,
                                    HttpReceiver& receiver, std::stop_token stop = {}) = 0;
};

struct HttpClientOptions {
    /// PEM file of the certificate authorities that are trusted; empty: the system's.
    std::string ca_file = {};
};

/// A client on libcurl, which is loaded into the process with the first request: a server that asks
/// nobody does not pay for it. Proxies are taken from the environment as curl does, but never for
/// loopback.
/// REQUIRES: SIGPIPE is ignored in this process.
std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options = {});

}  // namespace shopkeeper::net
