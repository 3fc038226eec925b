#pragma once

namespace shopkeeper::storage {

/// Loads libpq, PostgreSQL's C client, into the process if it is not there yet. It is no dependency
/// of the binary because it brings OpenSSL, Kerberos and LDAP along: twenty libraries that a shop
/// on SQLite would pay for at every start and in memory. libpq.cpp defines the functions that
/// libpqxx (linked statically) and the tests call, and hands each call on.
/// Thread-safe. Throws Unusable, saying what to install.
void load_libpq();

}  // namespace shopkeeper::storage
