#include "server/settings.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace shopkeeper::server {
namespace {

using Kind = Setting::Kind;

constexpr std::size_t kSecretFileBytesMax = 64 * 1024;
constexpr std::int64_t kManyPerPeriod = 1'000'000;

constexpr Setting kSettings[] = {
    {"home", "SHOPKEEPER_HOME", Kind::path, "", 0, 0,
     "folder of the database, the secrets and the configuration file"},
    {"config", "SHOPKEEPER_CONFIG", Kind::path, "shopkeeper.toml", 0, 0,
     "configuration file, in the home"},
    {"dev", "SHOPKEEPER_DEV", Kind::flag, "0", 0, 0,
     "developer mode: weak secrets are accepted, loopback only"},
    {"db.path", "SHOPKEEPER_DB", Kind::path, "data/shop.db", 0, 0,
     "database file, in the home unless absolute; or postgresql://user@host/database",
     "DATABASE_URL"},
    {"db.migrate", "SHOPKEEPER_DB_MIGRATE", Kind::flag, "1", 0, 0,
     "bring an older database up to date at start"},
    {"db.busy_timeout_ms", "SHOPKEEPER_DB_BUSY_TIMEOUT_MS", Kind::integer, "5000", 1, 60000,
     "how long a change waits for its turn, a lock or a connection before it is refused"},
    {"db.wait_s", "SHOPKEEPER_DB_WAIT_S", Kind::integer, "0", 0, 3600,
     "how long a start waits for a database that is away"},
    {"db.pool_size", "SHOPKEEPER_DB_POOL_SIZE", Kind::integer, "20", 1, 1000,
     "connections to a PostgreSQL server, opened when needed"},
    {"db.statement_timeout_ms", "SHOPKEEPER_DB_STATEMENT_TIMEOUT_MS", Kind::integer, "30000", 10,
     3'600'000, "what a PostgreSQL server ends when it takes longer"},
    {"db.prepare", "SHOPKEEPER_DB_PREPARE", Kind::text, "auto", 0, 0,
     "prepared statements on PostgreSQL: auto, or off behind a pooler in transaction mode"},
    {"db.wall", "SHOPKEEPER_DB_WALL", Kind::flag, "1", 0, 0,
     "on PostgreSQL, hold every call to the rows of its shop by row-level security"},
    {"db.serving_role", "SHOPKEEPER_DB_SERVING_ROLE", Kind::text, "shopkeeper_serving", 0, 0,
     "role that calls run as on PostgreSQL, made where the login may make roles"},
    {"shop.default_id", "SHOPKEEPER_SHOP_DEFAULT_ID", Kind::integer, "8", 1, INT64_MAX,
     "shop of callers who name none", "DEFAULT_SHOP_ID"},
    {"shop.tracking_url", "SHOPKEEPER_SHOP_TRACKING_URL", Kind::text, "", 0, 0,
     "link to an order's page, with {tracking_id} in it"},
    {"http.host", "SHOPKEEPER_HTTP_HOST", Kind::text, "127.0.0.1", 0, 0, "address to listen on"},
    {"http.port", "SHOPKEEPER_HTTP_PORT", Kind::integer, "8000", 0, 65535,
     "port to listen on; 0 takes a free one", "PORT"},
    {"base_url", "SHOPKEEPER_BASE_URL", Kind::text, "", 0, 0,
     "how clients reach the server, such as https://shop.example; where it listens when empty"},
    {"http.allowed_origins", "SHOPKEEPER_HTTP_ALLOWED_ORIGINS", Kind::list, "", 0, 0,
     "origins of web pages that may call; those of this machine when empty", "CORS_ORIGINS"},
    {"http.allowed_hosts", "SHOPKEEPER_HTTP_ALLOWED_HOSTS", Kind::list, "", 0, 0,
     "names under which the server is addressed; those of this machine when empty"},
    {"http.trusted_proxies", "SHOPKEEPER_HTTP_TRUSTED_PROXIES", Kind::list, "", 0, 0,
     "addresses or blocks (10.0.0.0/8) of proxies whose X-Forwarded-For tells the client's "
     "address"},
    {"http.body_max_bytes", "SHOPKEEPER_HTTP_BODY_MAX_BYTES", Kind::integer, "1048576", 1024,
     64 << 20, "largest request body"},
    {"http.calls_max", "SHOPKEEPER_HTTP_CALLS_MAX", Kind::integer, "32", 1, 1024,
     "calls that run at once"},
    {"http.streams_max", "SHOPKEEPER_HTTP_STREAMS_MAX", Kind::integer, "4096", 1, 65536,
     "event streams open at once"},
    {"http.read_timeout_s", "SHOPKEEPER_HTTP_READ_TIMEOUT_S", Kind::integer, "30", 1, 3600,
     "how long a request may take to arrive"},
    {"http.write_timeout_s", "SHOPKEEPER_HTTP_WRITE_TIMEOUT_S", Kind::integer, "30", 1, 3600,
     "how long a reply may take to leave"},
    {"http.keepalive_s", "SHOPKEEPER_HTTP_KEEPALIVE_S", Kind::integer, "60", 1, 3600,
     "how long an idle connection is kept"},
    {"http.keepalive_max", "SHOPKEEPER_HTTP_KEEPALIVE_MAX", Kind::integer, "1000", 1, 1000000,
     "requests of one connection before it is closed"},
    {"auth.mode", "SHOPKEEPER_AUTH_MODE", Kind::text, "auto", 0, 0,
     "who must show a token or key over HTTP: auto (everybody but on this machine), required "
     "(everybody), guests (nobody, but what is shown must be good) or off (nobody; this machine "
     "only)"},
    {"auth.login_page", "SHOPKEEPER_AUTH_LOGIN_PAGE", Kind::flag, "0", 0, 0,
     "staff sign programs in on a login page of this server (OAuth 2.1)"},
    {"auth.registration", "SHOPKEEPER_AUTH_REGISTRATION", Kind::flag, "1", 0, 0,
     "programs may register themselves at the login page"},
    {"auth.client_documents", "SHOPKEEPER_AUTH_CLIENT_DOCUMENTS", Kind::flag, "1", 0, 0,
     "programs may be known to the login page by a document on the web, which is fetched"},
    {"auth.issuers", "SHOPKEEPER_AUTH_ISSUERS", Kind::list, "", 0, 0,
     "other authorization servers whose tokens are good here, by their issuer URLs"},
    {"auth.jwt_secret", "SHOPKEEPER_AUTH_JWT_SECRET", Kind::secret, "", 0, 0,
     "signs staff tokens; made once when not given"},
    {"auth.service_key", "SHOPKEEPER_AUTH_SERVICE_KEY", Kind::secret, "", 0, 0,
     "key of the shop's own services; made once when not given"},
    {"auth.pseudonym_key", "SHOPKEEPER_AUTH_PSEUDONYM_KEY", Kind::secret, "", 0, 0,
     "hides the phones and addresses that are counted; made once when not given"},
    {"auth.token_ttl_s", "SHOPKEEPER_AUTH_TOKEN_TTL_S", Kind::integer, "43200", 300, 86400,
     "how long a staff token lives"},
    {"auth.staff_phone", "SHOPKEEPER_AUTH_STAFF_PHONE", Kind::text, "", 0, 0,
     "stdio only: act as this member of staff"},
    {"auth.token", "SHOPKEEPER_AUTH_TOKEN", Kind::secret, "", 0, 0,
     "stdio only: act with this staff token or API key"},
    {"toolsets", "SHOPKEEPER_TOOLSETS", Kind::list, "", 0, 0,
     "toolsets that are offered (README, Choosing tools); all when empty"},
    {"tools", "SHOPKEEPER_TOOLS", Kind::list, "", 0, 0,
     "tools that are offered beside them, or alone where no toolset is named"},
    {"exclude_tools", "SHOPKEEPER_EXCLUDE_TOOLS", Kind::list, "", 0, 0,
     "tools that are not offered, whatever names them above"},
    {"read_only", "SHOPKEEPER_READ_ONLY", Kind::flag, "0", 0, 0,
     "1 offers only tools that change nothing"},
    {"rate.enabled", "SHOPKEEPER_RATE_ENABLED", Kind::flag, "1", 0, 0,
     "0 switches every rate limit below off"},
    {"rate.ip_per_min", "SHOPKEEPER_RATE_IP_PER_MIN", Kind::integer, "60", 0, kManyPerPeriod,
     "calls of an address without credentials; loopback is exempt"},
    {"rate.key_per_min", "SHOPKEEPER_RATE_KEY_PER_MIN", Kind::integer, "1000", 0, kManyPerPeriod,
     "calls of a staff account or key", "RATE_LIMIT_RPM"},
    {"rate.session_per_min", "SHOPKEEPER_RATE_SESSION_PER_MIN", Kind::integer, "120", 0,
     kManyPerPeriod, "calls of an MCP session; loopback is exempt"},
    {"rate.write_per_min", "SHOPKEEPER_RATE_WRITE_PER_MIN", Kind::integer, "60", 0, kManyPerPeriod,
     "changes by one caller"},
    {"rate.order_per_min", "SHOPKEEPER_RATE_ORDER_PER_MIN", Kind::integer, "5", 0, kManyPerPeriod,
     "orders made or cancelled by one caller"},
    {"rate.order_per_hour", "SHOPKEEPER_RATE_ORDER_PER_HOUR", Kind::integer, "20", 0,
     kManyPerPeriod, "the same in an hour"},
    {"rate.track_per_min", "SHOPKEEPER_RATE_TRACK_PER_MIN", Kind::integer, "20", 0, kManyPerPeriod,
     "trackings by one caller"},
    {"rate.login_per_min", "SHOPKEEPER_RATE_LOGIN_PER_MIN", Kind::integer, "5", 0, kManyPerPeriod,
     "sign-ins from one address"},
    {"rate.unknown_tracking_per_10_min", "SHOPKEEPER_RATE_UNKNOWN_TRACKING_PER_10_MIN",
     Kind::integer, "10", 0, kManyPerPeriod,
     "unknown tracking ids asked for by one address or customer"},
    {"rate.phone_lookup_per_hour", "SHOPKEEPER_RATE_PHONE_LOOKUP_PER_HOUR", Kind::integer, "30", 0,
     kManyPerPeriod, "look-ups of one phone"},
    {"rate.failed_proof_per_hour", "SHOPKEEPER_RATE_FAILED_PROOF_PER_HOUR", Kind::integer, "5", 0,
     kManyPerPeriod, "failed proofs for one phone"},
    {"rate.review_per_hour", "SHOPKEEPER_RATE_REVIEW_PER_HOUR", Kind::integer, "3", 0,
     kManyPerPeriod, "reviews by one caller"},
    {"log.level", "SHOPKEEPER_LOG_LEVEL", Kind::text, "info", 0, 0, "debug, info, warning or error",
     "LOG_LEVEL"},
    {"log.format", "SHOPKEEPER_LOG_FORMAT", Kind::text, "auto", 0, 0,
     "text, json (one object a line), or auto: text on a terminal, json otherwise"},
};

const Setting* find(std::string_view name) {
    const auto* found = std::find_if(std::begin(kSettings), std::end(kSettings),
                                     [&](const Setting& setting) { return setting.name == name; });
    return found == std::end(kSettings) ? nullptr : found;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bool> to_flag(std::string_view text) {
    const std::string word = text::lower(text);
    if (word == "1" || word == "true" || word == "on" || word == "yes") return true;
    if (word == "0" || word == "false" || word == "off" || word == "no") return false;
    return std::nullopt;
}

/// What is wrong with a text as a value of the setting; empty: nothing.
std::string objection(const Setting& setting, const std::string& text) {
    if (setting.kind == Kind::flag && !to_flag(text)) return "must be 0 or 1, not \"" + text + "\"";
    if (setting.kind == Kind::integer) {
        const auto number = to_integer(text);
        if (number && *number >= setting.min && *number <= setting.max) return {};
        const std::string range =
            setting.max == INT64_MAX
                ? "of at least " + std::to_string(setting.min)
                : std::to_string(setting.min) + ".." + std::to_string(setting.max);
        return "must be a whole number " + range + ", not \"" + text + "\"";
    }
    return {};
}

std::optional<std::string> get(const Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    // An empty variable is how people switch one off without unsetting it.
    if (found == environment.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

/// Rule: operations A4.
std::filesystem::path home_of(const Environment& environment) {
    if (const auto home = get(environment, "SHOPKEEPER_HOME")) return *home;
    if (const auto state = get(environment, "STATE_DIRECTORY")) return *state;
    if (const auto data = get(environment, "XDG_DATA_HOME"))
        return std::filesystem::path(*data) / "shopkeeper";
    return std::filesystem::path(get(environment, "HOME").value_or("/")) /
           ".local/share/shopkeeper";
}

/// True for a variable in a section of ours, "SHOPKEEPER_HTTP_...": a name there that we do not
/// know is a slip. Other names with the prefix belong to other programs of the family.
bool is_in_our_section(std::string_view variable) {
    for (const Setting& setting : kSettings) {
        const auto section = setting.name.substr(0, setting.name.find('.'));
        std::string prefix = "SHOPKEEPER_" + std::string(section) + "_";
        std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (setting.name != section && variable.starts_with(prefix)) return true;
    }
    return false;
}

bool is_known_variable(std::string_view variable) {
    return std::any_of(std::begin(kSettings), std::end(kSettings), [&](const Setting& setting) {
        return setting.environment == variable ||
               (setting.kind == Kind::secret &&
                variable == std::string(setting.environment) + "_FILE");
    });
}

/// Under which name systemd hands a secret over: "auth_jwt_secret". Rule: operations C3.
std::string credential_name(const Setting& setting) {
    std::string name(setting.name);
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
}

/// nullopt for a file that is unreadable, empty or too large to be a secret.
std::optional<std::string> small_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content(kSecretFileBytesMax + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(in.gcount()));
    if (content.empty() || content.size() > kSecretFileBytesMax) return std::nullopt;
    return content;
}

}  // namespace

std::span<const Setting> all_settings() {
    return kSettings;
}

Settings::Settings(const std::map<std::string, std::string, std::less<>>& command_line,
                   const Environment& environment) {
    for (const Setting& setting : kSettings) {
        values_[std::string(setting.name)] = {std::string(setting.fallback), Layer::fallback,
                                              "default"};
    }
    // The home and the file are found first; they cannot be named by the file itself.
    const auto given_home = command_line.find("home");
    home_ = std::filesystem::absolute(given_home == command_line.end()
                                          ? home_of(environment)
                                          : std::filesystem::path(given_home->second));
    if (const auto config = get(environment, "SHOPKEEPER_CONFIG")) {
        offer(*find("config"), {*config, Layer::environment, "SHOPKEEPER_CONFIG"});
    }
    if (const auto config = command_line.find("config"); config != command_line.end()) {
        offer(*find("config"), {config->second, Layer::command_line, "--config"});
    }

    read_file();
    read_environment(environment);
    for (const auto& [name, text] : command_line)
        offer(*find(name), {text, Layer::command_line, "--" + name});
    values_["home"].text = home_.string();
}

void Settings::offer(const Setting& setting, Value value) {
    if (const std::string what = objection(setting, value.text); !what.empty()) {
        problems_.push_back({value.origin, what});
        return;
    }
    values_[std::string(setting.name)] = std::move(value);
}

void Settings::read_environment(const Environment& environment) {
    for (const Setting& setting : kSettings) {
        for (const std::string_view variable : {setting.environment, setting.alias}) {
            auto text = variable.empty() ? std::nullopt : get(environment, variable);
            if (!text) continue;
            offer(setting, {std::move(*text), Layer::environment, std::string(variable)});
            break;  // the prefixed name wins
        }
        if (setting.kind == Kind::secret) read_secret_file(setting, environment);
    }
    for (const auto& [variable, text] : environment) {
        if (is_in_our_section(variable) && !is_known_variable(variable)) {
            problems_.push_back(
                {variable,
                 "is not a setting of this program; `shopkeeper config print` lists them"});
        }
    }
}

void Settings::read_secret_file(const Setting& setting, const Environment& environment) {
    const std::string variable = std::string(setting.environment) + "_FILE";
    const auto named = get(environment, variable);
    const bool is_given = get(environment, setting.environment).has_value();
    if (named && is_given) {
        problems_.push_back(
            {variable, "and " + std::string(setting.environment) + " are both set; keep one"});
        return;
    }
    std::filesystem::path file = named.value_or("");
    if (!named) {
        const auto folder = get(environment, "CREDENTIALS_DIRECTORY");
        if (is_given || !folder) return;
        file = std::filesystem::path(*folder) / credential_name(setting);
        if (!std::filesystem::exists(file)) return;
    }
    const std::string origin = named ? variable + "=" + *named : file.string();
    auto content = small_file(file);
    if (!content) {
        problems_.push_back({origin, "must be a readable file of 1 byte to 64 KiB"});
        return;
    }
    if (content->back() == '\n') content->pop_back();
    values_[std::string(setting.name)] = {std::move(*content), Layer::environment, origin};
}

void Settings::read_file() {
    const auto file = path("config");
    std::ifstream in(file);
    if (!in) {
        const bool was_asked_for = value("config").layer != Layer::fallback;
        if (was_asked_for)
            problems_.push_back(
                {value("config").origin, "names no readable file: " + file.string()});
        return;
    }
    std::vector<CLI::ConfigItem> items;
    try {
        items = CLI::ConfigTOML().from_config(in);
    } catch (const CLI::Error& broken) {
        problems_.push_back({file.string(), broken.what()});
        return;
    }
    for (const CLI::ConfigItem& item : items) {
        if (item.name == "++" || item.name == "--")
            continue;  // CLI11's marks where a section opens and closes
        const std::string origin = file.string() + " " + item.fullname();
        const Setting* setting = find(item.fullname());
        if (setting == nullptr || setting->name == "home" || setting->name == "config") {
            problems_.push_back(
                {origin, "is not a setting of this file; `shopkeeper config print` lists them"});
        } else if (setting->kind == Kind::secret) {
            problems_.push_back(
                {origin, "is a secret: put it into the environment or into a file that " +
                             std::string(setting->environment) + "_FILE names"});
        } else if (item.inputs.size() > 1 && setting->kind != Kind::list) {
            problems_.push_back({origin, "must be one value, not a list"});
        } else {
            offer(*setting, {CLI::detail::join(item.inputs, ","), Layer::file, origin});
        }
    }
}

const Value& Settings::value(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::logic_error("no setting " + std::string(name));
    return found->second;
}

std::int64_t Settings::integer(std::string_view name) const {
    return to_integer(value(name).text).value();
}

bool Settings::flag(std::string_view name) const {
    return to_flag(value(name).text).value();
}

std::vector<std::string> Settings::list(std::string_view name) const {
    std::vector<std::string> items;
    std::istringstream in(value(name).text);
    for (std::string item; std::getline(in, item, ',');) {
        if (const auto trimmed = text::trim(item); !trimmed.empty()) items.emplace_back(trimmed);
    }
    return items;
}

std::filesystem::path Settings::path(std::string_view name) const {
    const Value& given = value(name);
    const bool is_relative_to_home = given.layer == Layer::fallback || given.layer == Layer::file;
    const std::filesystem::path path =
        is_relative_to_home ? home_ / given.text : std::filesystem::absolute(given.text);
    return path.lexically_normal();
}

}  // namespace shopkeeper::server
