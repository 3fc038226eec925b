#include "server/secrets.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "base/crypto.hpp"
#include "domains/auth/api_keys.hpp"
#include "server/exit_code.hpp"
#include "server/weak_secret.hpp"

namespace shopkeeper::server {
namespace {

constexpr std::size_t kSecretBytes = 32;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& attempted) {
    throw CommandFailure(ExitCode::configuration,
                         "cannot " + attempted + " the secret " + file.string() + ": " +
                             std::strerror(errno) +
                             "; make its folder writable, or choose another with --home");
}

std::string read_secret(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(file, "read");
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!content.empty() && content.back() == '\n') content.pop_back();
    if (const auto why = why_weak(content, kSigningSecretMin)) {
        throw CommandFailure(ExitCode::configuration,
                             "the secret " + file.string() + " " + *why +
                                 "; delete the file to have a new one made");
    }
    return content;
}

void write_whole(const std::filesystem::path& file, const std::string& content) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) fail(file, "make");
    const bool is_written = ::write(descriptor, content.data(), content.size()) ==
                                static_cast<ssize_t>(content.size()) &&
                            ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!is_written) fail(file, "write");
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) {
        errno = error.value();
        fail(folder, "make the folder of");
    }
}

}  // namespace

std::string kept_secret(const Home& home, std::string_view name, const std::string& fresh) {
    const std::filesystem::path file = home.secrets() / name;
    if (std::filesystem::exists(file)) return read_secret(file);

    make_folder(home.secrets());
    // Written beside and linked into place: nobody ever reads half a secret, and the first one
    // wins.
    const std::filesystem::path draft = file.string() + "." + std::to_string(::getpid()) + ".new";
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);
    write_whole(draft, fresh + "\n");
    const bool is_placed = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
    std::filesystem::remove(draft, ignored);
    if (!is_placed) fail(file, "make");
    return read_secret(file);
}

auth::Authority make_authority(const Options& options, Random& random) {
    const auto given_or_kept = [&](const std::string& given, std::string_view name,
                                   const std::string& fresh) {
        return given.empty() ? kept_secret(options.home, name, fresh) : given;
    };
    auth::Authority authority;
    authority.token_secret =
        given_or_kept(options.jwt_secret, "auth_jwt_secret", random.hex(kSecretBytes));
    authority.address_key =
        given_or_kept(options.pseudonym_key, "pseudonym_key", random.hex(kSecretBytes));
    authority.internal_key_hash =
        sha256_hex(given_or_kept(options.service_key, "service_key", auth::make_key(random)));
    authority.token_ttl_s = options.token_ttl_s;
    return authority;
}

}  // namespace shopkeeper::server
