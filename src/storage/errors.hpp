#pragma once

#include <stdexcept>
#include <string_view>

namespace shopkeeper::storage {

/// What the engine refused or could not do. Each kind exists because somebody reacts differently.
/// The message is one line, whatever the statement and the engine's words looked like.
class Error : public std::runtime_error {
public:
    explicit Error(std::string_view message);
};

/// A row breaks a constraint of the schema; a domain that expects it answers with a conflict.
class UniqueViolation : public Error {
public:
    using Error::Error;
};
class ForeignKeyViolation : public Error {
public:
    using Error::Error;
};
class CheckViolation : public Error {
public:
    using Error::Error;
};

/// Another transaction was in the way; Database runs the work again.
class Retryable : public Error {
public:
    using Error::Error;
};

/// The database is away, full, read-only or busy beyond the wait limit: the caller may try later.
class Unavailable : public Error {
public:
    using Error::Error;
};

/// Somebody else held a lock beyond the wait limit.
class LockTimeout : public Unavailable {
public:
    using Unavailable::Unavailable;
};

/// The connection broke while a COMMIT was on its way: the change is either wholly there or wholly
/// not, and nobody can say which. Never run again blindly; repeating the call with the same
/// idempotency key finds out (domain I3).
class InDoubt : public Error {
public:
    using Error::Error;
};

/// The file is no database of ours, is damaged, or is newer than this binary: nothing will help but
/// another file. The message says what to do.
class Unusable : public Error {
public:
    using Error::Error;
};

}  // namespace shopkeeper::storage
