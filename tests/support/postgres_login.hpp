#pragma once

#include <unistd.h>

#include <string>

#include "support/postgres_cluster.hpp"

namespace shopkeeper::test {

/// A login on the server of this run that nobody else has, gone with the object.
/// REQUIRES: the databases in which it owns something or has rights go first.
class PostgresLogin {
public:
    explicit PostgresLogin(const std::string& attributes = "") : name_(unused_role()) {
        PostgresCluster::shared().execute("CREATE ROLE " + name_ + " LOGIN PASSWORD 'x' " +
                                          attributes);
    }
    PostgresLogin(const PostgresLogin&) = delete;
    PostgresLogin& operator=(const PostgresLogin&) = delete;
    ~PostgresLogin() { PostgresCluster::shared().execute("DROP ROLE " + name_); }

    const std::string& name() const { return name_; }
    /// `url` as this login would have it.
    std::string at(const std::string& url) const {
        return "postgresql://" + name_ + ":x" + url.substr(url.rfind('@'));
    }
    /// Makes this login the owner of the database that `url` names.
    void own(const std::string& url) const {
        PostgresCluster::shared().execute("ALTER DATABASE " + url.substr(url.rfind('/') + 1) +
                                          " OWNER TO " + name_);
    }

    /// A name that no role of this server has.
    static std::string unused_role() {
        static int counter = 0;
        return "role_" + std::to_string(getpid()) + "_" + std::to_string(++counter);
    }

private:
    const std::string name_;
};

}  // namespace shopkeeper::test
