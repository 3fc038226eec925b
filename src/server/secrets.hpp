#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "domains/auth/identity.hpp"
#include "server/options.hpp"

namespace shopkeeper::server {

/// The content of `secrets/<name>` of the home. When it is missing, `fresh` is written there,
/// readable by its owner only; of several processes that start at once, all get the one that was
/// first. Throws CommandFailure(configuration) when it can be neither read nor made. Rule:
/// operations C3, C8.
std::string kept_secret(const Home& home, std::string_view name, const std::string& fresh);

/// The secrets of this process, made where they are missing. Rule: domain K8, K9.
/// Throws CommandFailure(configuration).
auth::Authority make_authority(const Options& options, Random& random);

}  // namespace shopkeeper::server
