#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

/// Passwords, kept as Argon2id hashes. Each hash takes 19 MiB and some 25 ms of a core, so at most
/// four are computed at once in a process and none inside a transaction. Rule: domain K5.
namespace shopkeeper::auth {

/// The hash to store, its parameters inside.
/// Errors: invalid_argument (`password`: not 8..128 characters, or the phone itself).
Result<std::string> hash_password(std::string_view password, std::string_view phone_e164);

/// Thread-safe; waits while four others compute.
bool verify_password(const std::string& hash, std::string_view password);

/// The same work as `verify_password` for somebody who is not there; the answer is always no (A24).
void verify_nobody(std::string_view password);

/// True for a hash made with other parameters than today's.
bool needs_rehash(const std::string& hash);

}  // namespace shopkeeper::auth
