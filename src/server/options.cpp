#include "server/options.hpp"

#include <array>
#include <utility>

#include "base/phone.hpp"
#include "base/text.hpp"
#include "server/exit_code.hpp"
#include "server/weak_secret.hpp"

namespace shopkeeper::server {
namespace {

/// Collects what the values together, or beyond their kind, get wrong.
/// What PostgreSQL keeps of a longer name is another name.
constexpr std::size_t kRoleBytesMax = 63;

class Reader {
public:
    explicit Reader(const Settings& settings) : settings_(settings) {}

    ReadOptions read() {
        Options& options = result_.options;
        result_.problems = settings_.problems();
        options.home.root = settings_.home();
        options.is_dev = settings_.flag("dev");
        options.database = database();
        options.database_wait = std::chrono::seconds(settings_.integer("db.wait_s"));
        options.migrates = settings_.flag("db.migrate");
        options.shop = {settings_.integer("shop.default_id"), tracking_url()};
        options.http = http();
        options.jwt_secret = secret("auth.jwt_secret");
        options.service_key = secret("auth.service_key");
        options.pseudonym_key = secret("auth.pseudonym_key");
        options.token = settings_.secret("auth.token");
        options.staff_phone = staff_phone();
        options.token_ttl_s = settings_.integer("auth.token_ttl_s");
        options.rates = rates();
        options.auth_mode = auth_mode();
        options.tools = {.toolsets = settings_.list("toolsets"),
                         .tools = settings_.list("tools"),
                         .excluded = settings_.list("exclude_tools"),
                         .is_read_only = settings_.flag("read_only")};
        options.oauth = oauth();
        options.log_level = log_level();
        options.log_format = log_format();
        check_origins();
        check_reach();
        check_oauth();
        return std::move(result_);
    }

private:
    void object(std::string_view name, std::string what) {
        result_.problems.push_back({settings_.value(name).origin, std::move(what)});
    }

    DatabasePlace database() {
        DatabasePlace place;
        if (const std::string given = settings_.text("db.path"); is_server_url(given))
            place.url = given;
        else
            place.file = settings_.path("db.path");
        place.busy_timeout = std::chrono::milliseconds(settings_.integer("db.busy_timeout_ms"));
        place.connections_max = static_cast<std::size_t>(settings_.integer("db.pool_size"));
        place.statement_max =
            std::chrono::milliseconds(settings_.integer("db.statement_timeout_ms"));
        const std::string prepare = settings_.text("db.prepare");
        if (prepare != "auto" && prepare != "off")
            object("db.prepare", "must be auto or off, not \"" + prepare + "\"");
        place.prepares = prepare != "off";
        place.has_wall = settings_.flag("db.wall");
        place.serving_role = settings_.text("db.serving_role");
        if (place.serving_role.empty() || place.serving_role.size() > kRoleBytesMax)
            object("db.serving_role", "must be the name of a role, 1 to 63 characters");
        return place;
    }

    std::string tracking_url() {
        std::string url = settings_.text("shop.tracking_url");
        const bool is_link = url.starts_with("http://") || url.starts_with("https://");
        if (!url.empty() && (!is_link || url.find("{tracking_id}") == std::string::npos)) {
            object("shop.tracking_url",
                   "must be a link with {tracking_id} in it, for example "
                   "https://shop.example/track/{tracking_id}");
        }
        return url;
    }

    std::string base_url() {
        std::string url = settings_.text("base_url");
        while (url.ends_with('/')) url.pop_back();
        if (url.empty()) return url;
        const std::size_t scheme = url.find("://");
        const std::string name =
            scheme == std::string::npos ? "" : text::lower(url.substr(0, scheme));
        const bool is_bare = scheme != std::string::npos && url.size() > scheme + 3 &&
                             url.find_first_of("/?#@ ", scheme + 3) == std::string::npos;
        if ((name != "https" && name != "http") || !is_bare) {
            object("base_url",
                   "must be a scheme and a host, for example https://shop.example, not \"" + url +
                       "\"");
        }
        // Clients compare it letter by letter with what they derive from the URL they were given.
        return text::lower(url);
    }

    std::vector<transport::AddressBlock> trusted_proxies() {
        std::vector<transport::AddressBlock> blocks;
        for (const std::string& text : settings_.list("http.trusted_proxies")) {
            if (auto block = transport::AddressBlock::parse(text)) {
                blocks.push_back(*std::move(block));
            } else {
                object("http.trusted_proxies",
                       "must list addresses or blocks such as 10.0.0.5 or 10.0.0.0/8, not \"" +
                           text + "\"");
            }
        }
        return blocks;
    }

    Options::Http http() {
        const auto seconds = [&](std::string_view name) {
            return std::chrono::seconds(settings_.integer(name));
        };
        const auto size = [&](std::string_view name) {
            return static_cast<std::size_t>(settings_.integer(name));
        };
        return {
            .host = settings_.text("http.host"),
            .port = static_cast<std::uint16_t>(settings_.integer("http.port")),
            .base_url = base_url(),
            .allowed_origins = settings_.list("http.allowed_origins"),
            .allowed_hosts = settings_.list("http.allowed_hosts"),
            .trusted_proxies = trusted_proxies(),
            .body_bytes_max = size("http.body_max_bytes"),
            .calls_max = size("http.calls_max"),
            .streams_max = size("http.streams_max"),
            .read_timeout = seconds("http.read_timeout_s"),
            .write_timeout = seconds("http.write_timeout_s"),
            .keepalive = seconds("http.keepalive_s"),
            .keepalive_requests_max =
                static_cast<unsigned>(settings_.integer("http.keepalive_max")),
        };
    }

    std::string secret(std::string_view name) {
        std::string given = settings_.secret(name);
        if (settings_.value(name).layer == Layer::fallback || settings_.flag("dev")) return given;
        if (const auto why = why_weak(given, kSigningSecretMin)) object(name, *why);
        return given;
    }

    std::optional<std::string> staff_phone() {
        const std::string given = settings_.text("auth.staff_phone");
        if (given.empty()) return std::nullopt;
        auto read = phone::normalize(given, "auth.staff_phone");
        if (!read) {
            object("auth.staff_phone",
                   "must be a staff member's phone, for example +7 700 000 12 34");
            return std::nullopt;
        }
        return std::move(read->e164);
    }

    tools::RateOptions rates() const {
        constexpr std::int64_t kMinute = 60;
        constexpr std::int64_t kHour = 3600;
        tools::RateOptions rates;
        rates.enabled = settings_.flag("rate.enabled");
        const auto set = [&](tools::Rate& rate, std::string_view name, std::int64_t period_s) {
            rate.per_period = settings_.integer(name);
            rate.period_s = period_s;
            // A bucket never holds more at once than its period allows.
            rate.burst = std::min(rate.burst, std::max<std::int64_t>(rate.per_period, 1));
        };
        set(rates.address, "rate.ip_per_min", kMinute);
        set(rates.account, "rate.key_per_min", kMinute);
        set(rates.session, "rate.session_per_min", kMinute);
        set(rates.write, "rate.write_per_min", kMinute);
        set(rates.order, "rate.order_per_min", kMinute);
        set(rates.order_hour, "rate.order_per_hour", kHour);
        set(rates.track, "rate.track_per_min", kMinute);
        set(rates.login, "rate.login_per_min", kMinute);
        set(rates.unknown_tracking, "rate.unknown_tracking_per_10_min", 10 * kMinute);
        set(rates.phone_lookup, "rate.phone_lookup_per_hour", kHour);
        set(rates.failed_proof, "rate.failed_proof_per_hour", kHour);
        set(rates.review, "rate.review_per_hour", kHour);
        return rates;
    }

    /// The value whose word the setting holds, in any case.
    template <class Value, std::size_t count>
    Value one_of(std::string_view name,
                 const std::array<std::pair<std::string_view, Value>, count>& words,
                 std::string_view accepted) {
        const std::string given = settings_.text(name);
        for (const auto& [word, value] : words) {
            if (text::lower(given) == word) return value;
        }
        object(name, "must be " + std::string(accepted) + ", not \"" + given + "\"");
        return words.front().second;
    }

    log::Level log_level() {
        constexpr std::array<std::pair<std::string_view, log::Level>, 5> kWords = {
            {{"info", log::Level::info},
             {"debug", log::Level::debug},
             {"warning", log::Level::warning},
             {"warn", log::Level::warning},
             {"error", log::Level::error}}};
        return one_of("log.level", kWords, "debug, info, warning or error");
    }

    Options::LogFormat log_format() {
        using Format = Options::LogFormat;
        constexpr std::array<std::pair<std::string_view, Format>, 3> kWords = {
            {{"auto", Format::automatic}, {"text", Format::text}, {"json", Format::json}}};
        return one_of("log.format", kWords, "auto, text or json");
    }

    Options::AuthMode auth_mode() {
        using Mode = Options::AuthMode;
        constexpr std::array<std::pair<std::string_view, Mode>, 4> kWords = {
            {{"auto", Mode::automatic},
             {"required", Mode::required},
             {"guests", Mode::guests},
             {"off", Mode::off}}};
        return one_of("auth.mode", kWords, "auto, required, guests or off");
    }

    Options::OAuth oauth() {
        return {.has_login_page = settings_.flag("auth.login_page"),
                .issuers = settings_.list("auth.issuers"),
                .registers = settings_.flag("auth.registration"),
                .reads_documents = settings_.flag("auth.client_documents")};
    }

    /// Passwords and tokens go over TLS, and under a name that is known before anybody asks.
    void check_oauth() {
        const Options& options = result_.options;
        if (!options.oauth.is_on()) return;
        if (options.auth_mode == Options::AuthMode::off)
            object("auth.mode", "may not be off where tokens are given or taken");
        const std::string& url = options.http.base_url;
        if (url.empty() && !(options.http.is_loopback() && options.http.port != 0)) {
            object("base_url",
                   "must be set where a login page or issuers are: how clients reach the server, "
                   "for example https://shop.example");
        } else if (!url.empty() && !is_safe(url)) {
            object("base_url",
                   "must be https where a login page or issuers are, not \"" + url + "\"");
        }
        for (const std::string& issuer : options.oauth.issuers) {
            if (!is_safe(issuer))
                object("auth.issuers", "must list https URLs, not \"" + issuer + "\"");
        }
    }

    /// https, or http to this machine.
    static bool is_safe(std::string_view url) {
        for (const std::string_view local :
             {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
            if (!url.starts_with(local)) continue;
            const auto after = url.substr(local.size());
            if (after.empty() || after.front() == ':' || after.front() == '/') return true;
        }
        return url.starts_with("https://") && url.size() > std::string_view("https://").size();
    }

    /// Rule: operations C13.
    void check_origins() {
        for (const std::string& origin : result_.options.http.allowed_origins) {
            const bool is_web = origin.starts_with("http://") || origin.starts_with("https://");
            if (is_web && origin.find('/', origin.find("//") + 2) == std::string::npos) continue;
            object("http.allowed_origins",
                   "must list origins such as https://shop.example or http://localhost:*, not \"" +
                       origin + "\"");
        }
    }

    /// What may face the machine alone must not face the world. Rule: operations C7, C10, C11.
    void check_reach() {
        if (result_.options.http.is_loopback()) return;
        if (!result_.options.rates.enabled) {
            object("rate.enabled", "rate limits may be off only while listening on loopback");
        }
        if (result_.options.is_dev)
            object("dev", "developer mode listens on loopback only; leave out --host");
        if (result_.options.auth_mode == Options::AuthMode::off)
            object("auth.mode", "may be off only while listening on loopback");
    }

    const Settings& settings_;
    ReadOptions result_;
};

}  // namespace

std::string Options::Http::local_url(std::uint16_t bound) const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(bound);
}

std::string Options::Http::url(std::uint16_t bound) const {
    return base_url.empty() ? local_url(bound) : base_url;
}

bool Options::Http::is_loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool Options::requires_credentials() const {
    return auth_mode == AuthMode::required ||
           (auth_mode == AuthMode::automatic && !http.is_loopback());
}

bool Options::judges_credentials() const {
    return requires_credentials() || oauth.is_on() || auth_mode == AuthMode::guests;
}

ReadOptions read_options(const Settings& settings) {
    return Reader(settings).read();
}

void refuse_if(const std::vector<Problem>& problems) {
    if (problems.empty()) return;
    std::string message = "the configuration cannot be used:";
    for (const Problem& problem : problems) message += "\n  " + problem.where + " " + problem.what;
    throw CommandFailure(ExitCode::configuration, message);
}

}  // namespace shopkeeper::server
