// Databases and ports that cannot be used: an exit code per kind, a message that says what would
// help, and nothing lost.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/json.hpp"
#include "process/command.hpp"
#include "storage/database.hpp"

namespace shopkeeper::test {
namespace {

bool says(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

/// Every command that opens the shop ends with this code and these words.
void check_all_refuse(const CommandLine& shop, int code, std::string_view words) {
    using Words = std::vector<std::string>;
    for (const Words& command :
         {Words{"stdio"}, Words{"serve", "--port", "0"}, Words{"call", "get_faq"},
          Words{"user", "list"}, Words{"db", "check"}}) {
        const auto refused = shop.run(command);
        INFO(command.front() << ": " << refused.err);
        CHECK(refused.code == code);
        CHECK(says(refused.err, words));
        CHECK(refused.out.empty());
    }
}

void change(const std::string& database, std::string_view sql) {
    storage::open_sqlite({.path = database, .create = false})
        ->write([&](storage::Connection& connection) { connection.run_script(sql); });
}

std::string bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_CASE("a missing database ends with 69 and is not made by accident", "[process]") {
    const CommandLine shop;

    check_all_refuse(shop, 69, "shopkeeper init");

    CHECK_FALSE(std::filesystem::exists(shop.database()));
    CHECK(shop.run({"db", "status"}).code == 69);
}

TEST_CASE("a server that is away ends with 69, and no message shows the password", "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_DB", "postgresql://roses:hunter2@127.0.0.1:1/roses");

    check_all_refuse(shop, 69, "cannot connect to postgresql://roses@127.0.0.1:1/roses");

    for (const auto& words : {std::vector<std::string>{"db", "status"},
                              {"config", "print"},
                              {"config", "claude-desktop"},
                              {"serve", "--port", "0"}}) {
        const auto told = shop.run(words);
        CHECK_FALSE(says(told.out + told.err, "hunter2"));
    }
}

TEST_CASE(
    "without PostgreSQL's client library a shop on SQLite runs, and another says what to install",
    "[process]") {
    CommandLine shop;
    std::ofstream(shop.file("libpq.so.5")) << "no library";
    shop.set("LD_LIBRARY_PATH", std::filesystem::path(shop.file("libpq.so.5")).parent_path());
    REQUIRE(shop.run({"init"}).code == 0);
    CHECK(shop.run({"db", "check"}).code == 0);

    shop.set("SHOPKEEPER_DB", "postgresql://roses@127.0.0.1:1/roses");

    check_all_refuse(shop, 78, "libpq5");
}

TEST_CASE("a client library that is too old is told from one that is missing", "[process]") {
    CommandLine shop;
    // Any library without PostgreSQL's functions is one without those of version 14.
    Dl_info here = {};
    REQUIRE(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &here) != 0);
    std::filesystem::create_symlink(here.dli_fname, shop.file("libpq.so.5"));
    shop.set("LD_LIBRARY_PATH", std::filesystem::path(shop.file("libpq.so.5")).parent_path());
    shop.set("SHOPKEEPER_DB", "postgresql://roses@127.0.0.1:1/roses");

    check_all_refuse(shop, 78, "older than PostgreSQL 14");
}

TEST_CASE("--wait tries again before it gives up", "[process]") {
    CommandLine shop;
    shop.set("SHOPKEEPER_DB", "postgresql://roses@127.0.0.1:1/roses");

    const auto refused = shop.run({"serve", "--port", "0", "--wait", "1"});

    CHECK(refused.code == 69);
    CHECK(says(refused.err, "waiting for the database"));
}

TEST_CASE("a file that is no database ends with 78 and stays as it is", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const std::string letter(8192, 'x');
    std::ofstream(shop.database(), std::ios::binary) << letter;

    check_all_refuse(shop, 78, shop.database());

    CHECK(bytes(shop.database()) == letter);
}

TEST_CASE("a folder in the database's place ends with 69", "[process]") {
    const CommandLine shop;
    std::filesystem::create_directories(shop.database());

    check_all_refuse(shop, 69, shop.database());
}

TEST_CASE("B4: a database of a newer program, or of another text, ends with 78", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    SECTION("newer") {
        change(shop.database(),
               "INSERT INTO schema_migration (version, name, checksum, applied_ms) VALUES (999, "
               "'x', 'x', 1)");
        check_all_refuse(shop, 78, "999");
    }
    SECTION("another text") {
        change(shop.database(), "UPDATE schema_migration SET checksum = 'x' WHERE version = 1");
        check_all_refuse(shop, 78, "0001");
    }
}

TEST_CASE("a database that may not be written ends with 69", "[process]") {
    CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    if (::geteuid() == 0) {
        // Root may write anything: the binary runs as somebody else, who may only look.
        std::filesystem::copy_file(SHOPKEEPER_BINARY, shop.file("shopkeeper"));
        shop.use_binary(shop.file("shopkeeper"));
        shop.run_through({"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    }
    namespace fs = std::filesystem;
    const auto readable = fs::perms(0555);
    for (const auto& entry : fs::recursive_directory_iterator(shop.home()))
        fs::permissions(entry.path(), readable);
    fs::permissions(shop.home(), readable);

    check_all_refuse(shop, 69, shop.database());

    for (const auto& entry : fs::recursive_directory_iterator(shop.home()))
        fs::permissions(entry.path(), fs::perms::owner_all);
    fs::permissions(shop.home(), fs::perms::owner_all);
}

TEST_CASE("B3: db check ends with 1 and names the table and the rows", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init", "--demo"}).code == 0);
    CHECK(shop.run({"db", "check"}).code == 0);
    change(shop.database(), "UPDATE warehouse_item SET quantity = quantity + 1 WHERE id = 3");

    const auto text = shop.run({"db", "check"});
    CHECK(text.code == 1);
    CHECK(says(text.out, "stock.ledger_sum  warehouse_item: 3\n"));

    const auto json = shop.run({"db", "check", "--json"});
    CHECK(json.code == 1);
    const auto report = parse_json(json.out);
    REQUIRE(report);
    CHECK(report->at("ok") == false);
    CHECK(report->at("findings").at(0).at("ids") == Json::array({"3"}));
}

/// A listener of our own, on a port that is then taken.
class Taken {
public:
    Taken() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 1) != 0 ||
            ::getsockname(socket_, generic, &size) != 0) {
            throw std::runtime_error("cannot take a port");
        }
        port_ = ntohs(address.sin_port);
    }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    ~Taken() { ::close(socket_); }
    std::string port() const { return std::to_string(port_); }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

TEST_CASE("A10: a port that somebody else uses ends with 6", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);
    const Taken taken;

    const auto refused = shop.run({"serve", "--port", taken.port()});

    INFO(refused.err);
    CHECK(refused.code == 6);
    CHECK(says(refused.err, taken.port()));
}

TEST_CASE("C11: listening beyond this machine needs somebody who can sign in", "[process]") {
    const CommandLine shop;
    REQUIRE(shop.run({"init"}).code == 0);

    const auto refused = shop.run({"serve", "--host", "0.0.0.0", "--port", "0"});

    INFO(refused.err);
    CHECK(refused.code == 78);
    CHECK(says(refused.err, "shopkeeper user add"));
    CHECK(says(refused.err, "shopkeeper key create"));
}

}  // namespace
}  // namespace shopkeeper::test
