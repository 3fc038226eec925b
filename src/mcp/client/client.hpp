#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/client/channel.hpp"
#include "mcp/client/http_sender.hpp"
#include "mcp/client/mirrored_headers.hpp"
#include "mcp/client/questions.hpp"
#include "mcp/client/stdio_channel.hpp"
#include "mcp/protocol.hpp"

namespace shopkeeper::mcp::client {

/// The most rounds of questions (`input_required`) that one request is worth. Rule:
/// protocol.md 3.5.
inline constexpr int kRoundsMax = 10;
/// The most pages of a list, and entries of them all.
inline constexpr int kPagesMax = 1'000;
inline constexpr std::size_t kEntriesMax = 10'000;
/// How long a child may take to answer `server/discover` before it is taken for an older server.
inline constexpr std::chrono::milliseconds kProbeMax{3'000};

struct ClientOptions {
    std::string name = "shopkeeper-client";
    std::string version = "0.1.0";
    Callbacks callbacks = {};
    /// Speak this revision (of those with a handshake: ask for it, and take what the server
    /// answers) instead of finding out what the server speaks.
    std::optional<Revision> only = {};
    std::chrono::milliseconds connect_timeout{30'000};  ///< until the revision is agreed on
    std::size_t message_bytes_max = std::size_t{16} * 1024 * 1024;
};

struct Progress {
    double progress = 0;
    std::optional<double> total;
    std::string message;
};

struct CallOptions {
    std::chrono::milliseconds timeout{60'000};  ///< all rounds, answers and repetitions together
    std::stop_token stop = {};                  ///< cancels the call, at the server too
    std::function<void(const Progress&)> on_progress = {};
};

struct ToolList {
    struct Dropped {
        std::string name;
        std::string why;
    };
    std::vector<Json> tools;       ///< Tool objects as they came; their text is a stranger's
    std::vector<Dropped> dropped;  ///< annotated against the rules: they cannot be called
};

/// One MCP server, of whichever revision. Finds out what it speaks, speaks that, and hides the
/// difference. Thread-safe; a call blocks its thread, never for longer than its timeout. A schema
/// is data: nothing in it is ever fetched.
class Client {
public:
    /// Starts a program and connects to it: `server/discover` first, then `initialize`, in a new
    /// child if the first one left. Rule: protocol.md 5.3.
    static Outcome<std::unique_ptr<Client>> over_stdio(const ServerProgram& program,
                                                       ClientOptions options = {},
                                                       std::stop_token stop = {});
    /// Connects over HTTP: a stateless request first, then `initialize`, then HTTP+SSE. `http` and
    /// the authorizer of `place` outlive the client. Rule: protocol.md 5.3.
    static Outcome<std::unique_ptr<Client>> over_http(net::HttpClient& http, HttpServerPlace place,
                                                      ClientOptions options = {},
                                                      std::stop_token stop = {});
    /// REQUIRES: no call is in progress. Ends the session, the streams and the child.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    Revision revision() const { return revision_; }
    const Json& server_info() const { return server_info_; }    ///< Implementation, or null
    const Json& capabilities() const { return capabilities_; }  ///< ServerCapabilities
    const std::string& instructions() const { return instructions_; }

    // All pages of the lists.
    Outcome<ToolList> list_tools(const CallOptions& options = {});
    Outcome<std::vector<Json>> list_resources(const CallOptions& options = {});
    Outcome<std::vector<Json>> list_resource_templates(const CallOptions& options = {});
    Outcome<std::vector<Json>> list_prompts(const CallOptions& options = {});

    /// The CallToolResult. Headers are mirrored for tools of the last list.
    /// Errors: unsupported for a tool that the list dropped, and for a question without callback.
    Outcome<Json> call_tool(const std::string& name, const Json& arguments,
                            const CallOptions& options = {});
    Outcome<Json> read_resource(const std::string& uri, const CallOptions& options = {});
    Outcome<Json> get_prompt(const std::string& name, const Json& arguments,
                             const CallOptions& options = {});
    /// `completion/complete` with these params.
    Outcome<Json> complete(const Json& params, const CallOptions& options = {});

private:
    enum class Era { handshake, stateless };

    explicit Client(ClientOptions options);

    // Connecting: connect.cpp.
    Outcome<Era> probe(const Patience& patience);
    Outcome<Revision> shake_hands(Revision wanted, const Patience& patience);
    Outcome<void> begin_session(const Patience& patience);
    Outcome<void> renew_session(std::uint64_t seen, const Patience& patience);
    bool is_to_probe() const;
    bool has_ears() const;
    Channel::Receiver unsolicited();

    // Asking.
    struct Call;
    Outcome<Json> ask(Call call, const CallOptions& options);
    Outcome<Json> ask_once(const Call& call, const CallOptions& options, const Patience& patience);
    Outcome<Response> exchange(const Call& call, const CallOptions& options,
                               const Patience& patience);
    OutgoingRequest write(const Call& call, const CallOptions& options);
    net::HeaderFields headers(const std::string& method) const;
    Json envelope() const;
    Outcome<void> answer_questions(const Json& result, Json& params, const Patience& patience);
    void cancel(std::int64_t id, const Failure& why);
    Outcome<std::vector<Json>> list(const char* method, const char* key,
                                    const CallOptions& options);

    // Hearing.
    void hear(const Json& message, std::int64_t call_id, const CallOptions& options,
              const Patience& patience);
    void answer_request(const Json& message, const Patience& patience);

    const ClientOptions options_;
    std::stop_source closing_;

    Revision revision_ = kStateless;  // these four: constant once connected
    Json server_info_;
    Json capabilities_ = Json::object();
    std::string instructions_;

    std::atomic<std::int64_t> next_id_ = 1;
    std::mutex renewing_;
    std::atomic<std::uint64_t> sessions_ = 0;  // begun so far; written under renewing_
    std::mutex tools_mutex_;
    std::map<std::string, std::vector<HeaderArgument>> mirrored_;  // guarded by tools_mutex_
    std::map<std::string, std::string> dropped_;                   // guarded by tools_mutex_

    std::unique_ptr<Channel> channel_;  // its threads call back: first to go
};

}  // namespace shopkeeper::mcp::client
