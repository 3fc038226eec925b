#include "tools/access.hpp"

#include <string>

namespace shopkeeper::tools {
namespace {

Refusal sign_in_first() {
    return refuse(ErrorCode::unauthenticated,
                  "This tool is for staff. Call `login` with a staff phone and password and pass "
                  "the token it "
                  "returns, or configure the connection with one.");
}

Refusal role_denied(Permission needs) {
    return permission_denied(
        "role",
        "This needs the permission " + std::string(word(needs)) +
            ", which the caller's role does not have. Ask a manager or the director.",
        std::string(word(needs)));
}

}  // namespace

Result<void> Access::check(const Caller& caller) const {
    switch (kind_) {
        case Kind::everyone:
            return {};
        case Kind::staff:
            if (caller.can(needs_) || (courier_own_ && caller.is_courier())) return {};
            if (caller.kind == CallerKind::guest) return sign_in_first();
            return role_denied(needs_);
        case Kind::sign_in:
            if (caller.is_customer() || caller.is_service()) {
                return permission_denied("identity_mismatch",
                                         "Customers and services have an identity already; only "
                                         "staff sign in with a password.");
            }
            return {};
        case Kind::signed_in:
            if (caller.is_staff()) return {};
            return sign_in_first();
        case Kind::reviewers:
            if (!caller.is_staff()) return {};
            return permission_denied("role", "Staff do not review their own shop.");
        case Kind::client_records:
            if (caller.is_service() || caller.can(needs_) ||
                (customer_own_ && caller.is_customer()))
                return {};
            if (caller.kind == CallerKind::guest) {
                return permission_denied(
                    "service_only",
                    "Client records are open to the shop's own services and staff; "
                    "a guest may track an order instead.");
            }
            return role_denied(needs_);
    }
    return role_denied(needs_);
}

}  // namespace shopkeeper::tools
