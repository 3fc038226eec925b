#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "domains/privacy/person.hpp"

namespace shopkeeper::privacy {

/// What stands where a personal value stood; a phone becomes "x<client id>".
inline constexpr std::string_view kErased = "[erased]";

/// How many rows of each kind spoke of the person.
struct Erased {
    std::int64_t orders = 0;    ///< the client's own
    std::int64_t named_in = 0;  ///< of other clients, naming the person's phone
    std::int64_t history = 0;
    std::int64_t reviews = 0;
    std::int64_t messages = 0;
    std::int64_t kept_results = 0;
};

/// Overwrites what the shop holds on the person; amounts, ids, states, moments, ratings and stock
/// stay. A later order from the same phone makes a new client. Of orders of other clients that name
/// the phone, only what is the person's goes. Messages that were not sent yet are skipped.
/// Old bytes in the file are another matter: storage::scrub_sqlite_file.
/// REQUIRES: `person` was found in this transaction.
/// Errors: failed_precondition (`active_order`: an order of, for or from the person is not
/// finished). Rule: domain T5, T8.
Result<Erased> erase_person(storage::Connection& connection, const Person& person, UnixMs now_ms);

}  // namespace shopkeeper::privacy
