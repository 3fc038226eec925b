#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/crypto.hpp"
#include "base/json_writer.hpp"
#include "oauth_client/credential_store.hpp"
#include "oauth_client/json_members.hpp"

namespace shopkeeper::oauth_client {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1024} * 1024;

void write_client(JsonWriter& out, const Client& client) {
    out.begin_object();
    out.field("id", client.id);
    out.field_if("secret", client.secret);
    out.field("authentication", word(client.authentication));
    out.field("redirect_uri", client.redirect_uri);
    out.field("secret_expires_ms", client.secret_expires_ms);
    out.end_object();
}

void write_tokens(JsonWriter& out, const Tokens& tokens) {
    out.begin_object();
    out.field("access_token", tokens.access_token);
    out.field_if("refresh_token", tokens.refresh_token);
    out.field("scope", spaced(tokens.scopes));
    out.field("expires_ms", tokens.expires_ms);
    out.end_object();
}

std::string to_json(const std::string& issuer, const Credentials& credentials) {
    JsonWriter out;
    out.begin_object();
    out.field("issuer", issuer);
    if (credentials.client) {
        out.key("client");
        write_client(out, *credentials.client);
    }
    out.key("tokens");
    out.begin_object();
    for (const auto& [resource, tokens] : credentials.tokens) {
        out.key(resource);
        write_tokens(out, tokens);
    }
    out.end_object();
    out.end_object();
    return std::move(out).take();
}

std::optional<UnixMs> time_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<UnixMs>();
}

Client read_client(const Json& json) {
    return {
        .id = text_member(json, "id"),
        .secret = text_member(json, "secret"),
        .authentication = read_client_authentication(text_member(json, "authentication"))
                              .value_or(ClientAuthentication::none),
        .redirect_uri = text_member(json, "redirect_uri"),
        .secret_expires_ms = time_member(json, "secret_expires_ms"),
    };
}

Tokens read_tokens(const Json& json) {
    return {
        .access_token = text_member(json, "access_token"),
        .refresh_token = text_member(json, "refresh_token"),
        .scopes = read_scopes(text_member(json, "scope")),
        .expires_ms = time_member(json, "expires_ms"),
    };
}

Credentials from_json(const Json& json) {
    Credentials credentials;
    if (const auto client = json.find("client"); client != json.end() && client->is_object()) {
        credentials.client = read_client(*client);
    }
    if (const auto tokens = json.find("tokens"); tokens != json.end() && tokens->is_object()) {
        for (const auto& [resource, one] : tokens->items()) {
            if (one.is_object()) credentials.tokens[resource] = read_tokens(one);
        }
    }
    return credentials;
}

std::error_code write_whole(const std::filesystem::path& file, const std::string& text) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return {errno, std::generic_category()};
    std::error_code error;
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 || ::fsync(descriptor) != 0) {
        error = {errno, std::generic_category()};
    } else if (written != static_cast<ssize_t>(text.size())) {
        error = std::make_error_code(std::errc::no_space_on_device);
    }
    ::close(descriptor);
    return error;
}

}  // namespace

std::filesystem::path FileCredentialStore::file_of(const std::string& issuer) const {
    return folder_ / (sha256_hex(issuer) + ".json");
}

Credentials FileCredentialStore::load(const std::string& issuer) {
    const std::scoped_lock lock(mutex_);
    const auto file = file_of(issuer);
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kFileBytesMax || error) return {};
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto json = parse_object(text);
    if (!json || text_member(*json, "issuer") != issuer) return {};
    return from_json(*json);
}

Result<void> FileCredentialStore::save(const std::string& issuer, const Credentials& credentials) {
    const std::scoped_lock lock(mutex_);
    const auto file = file_of(issuer);
    const std::filesystem::path draft = file.string() + "." + std::to_string(::getpid()) + ".new";
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (!error) {
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
    }
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);  // one of a process that died, with rights of its own
    if (!error) error = write_whole(draft, to_json(issuer, credentials));
    if (!error) std::filesystem::rename(draft, file, error);
    if (!error) return {};
    std::filesystem::remove(draft, ignored);
    return refuse(ErrorCode::unavailable, "Credentials cannot be kept in " + folder_.string() +
                                              ": " + error.message() +
                                              ". Make the folder writable.");
}

}  // namespace shopkeeper::oauth_client
