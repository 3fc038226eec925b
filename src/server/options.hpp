#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/call_context.hpp"
#include "base/log.hpp"
#include "server/database_place.hpp"
#include "server/settings.hpp"
#include "tools/rate_limits.hpp"
#include "transport/http_peer.hpp"
#include "transport/tool_choice.hpp"

namespace shopkeeper::server {

/// Where a process keeps its things. Rule: operations A4.
struct Home {
    std::filesystem::path root;
    std::filesystem::path secrets() const { return root / "secrets"; }
    std::filesystem::path backups() const { return root / "backups"; }
};

/// What the settings mean: typed, checked, immutable after start.
struct Options {
    /// Who must show credentials before anything is answered over HTTP. Rule: operations C12.
    enum class AuthMode { automatic, required, guests, off };
    enum class LogFormat { automatic, text, json };

    struct Http {
        std::string host;
        std::uint16_t port = 0;
        std::string base_url;  ///< scheme, host and maybe a port; empty: where it listens
        std::vector<std::string> allowed_origins;
        std::vector<std::string> allowed_hosts;
        std::vector<transport::AddressBlock> trusted_proxies;
        std::size_t body_bytes_max = 0;
        std::size_t calls_max = 0;
        std::size_t streams_max = 0;
        std::chrono::seconds read_timeout{};
        std::chrono::seconds write_timeout{};
        std::chrono::seconds keepalive{};
        unsigned keepalive_requests_max = 0;

        /// True when only this machine can reach the listener.
        bool is_loopback() const;
        /// Where it listens, for programs on this machine. `bound`: the port it really has.
        std::string local_url(std::uint16_t bound) const;
        /// Where clients reach it: `base_url`, else the local one.
        std::string url(std::uint16_t bound) const;
    };

    /// Where tokens come from (OAuth 2.1).
    struct OAuth {
        bool has_login_page = false;       ///< from our own authorization server
        std::vector<std::string> issuers;  ///< from these, too
        bool registers = true;
        bool reads_documents = true;

        bool is_on() const { return has_login_page || !issuers.empty(); }
    };

    Home home;
    bool is_dev = false;
    DatabasePlace database;
    std::chrono::seconds database_wait{};  ///< how long a start waits for a database that is away
    bool migrates = true;
    ShopDefaults shop;
    Http http;
    std::string jwt_secret;                  ///< empty: the one in the home is used or made
    std::string service_key;                 ///< empty: the same
    std::string pseudonym_key;               ///< empty: the same
    std::string token;                       ///< stdio: empty, or a staff token or key
    std::optional<std::string> staff_phone;  ///< stdio: normalised
    std::int64_t token_ttl_s = 0;
    AuthMode auth_mode = AuthMode::automatic;
    OAuth oauth;
    tools::RateOptions rates;
    transport::ToolChoice tools;  ///< what is offered at all
    log::Level log_level = log::Level::info;
    LogFormat log_format = LogFormat::automatic;

    /// True when HTTP serves nobody without a token or key: by order, or because other machines can
    /// reach the listener.
    bool requires_credentials() const;
    /// True when a token or key that is shown over HTTP must be good, whatever is asked for.
    bool judges_credentials() const;
};

/// Either the options, or everything that stands in their way. Rule: operations C2, C9.
struct ReadOptions {
    Options options;
    std::vector<Problem> problems;
};
ReadOptions read_options(const Settings& settings);

/// Throws CommandFailure(configuration) that lists all problems; none: returns.
void refuse_if(const std::vector<Problem>& problems);

}  // namespace shopkeeper::server
