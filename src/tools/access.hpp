#pragma once

#include <optional>

#include "base/caller.hpp"
#include "base/result.hpp"

namespace shopkeeper::tools {

/// Who may call a tool: one row of the permission matrix. A value in the registration line, so that
/// a change of access stands in the same diff as the handler. Rule: domain A18-A20.
class Access {
public:
    /// Everybody, staff without the permission included: 3, 4, 7-10, 13, 15-19, 25, 26, 28-33.
    static constexpr Access everyone() { return Access(Kind::everyone); }
    /// Staff who have the permission; `courier_own`: also couriers, for their own orders (A17).
    static constexpr Access staff(Permission needs, bool courier_own = false) {
        Access access(Kind::staff);
        access.needs_ = needs;
        access.courier_own_ = courier_own;
        return access;
    }
    /// `login`: guests and staff, not the customers and services that have an identity already.
    static constexpr Access sign_in() { return Access(Kind::sign_in); }
    /// `get_current_user`: staff.
    static constexpr Access signed_in() { return Access(Kind::signed_in); }
    /// `create_review`: everybody but staff.
    static constexpr Access reviewers() { return Access(Kind::reviewers); }
    /// The Telegram tools: services, staff with the permission and, for the own record, customers.
    static constexpr Access client_records(Permission needs, bool customer_own) {
        Access access(Kind::client_records);
        access.needs_ = needs;
        access.customer_own_ = customer_own;
        return access;
    }

    /// Errors: unauthenticated (a guest at a staff tool), permission_denied (role, service_only,
    /// identity_mismatch). Rule: domain A20.
    Result<void> check(const Caller& caller) const;

private:
    enum class Kind { everyone, staff, sign_in, signed_in, reviewers, client_records };
    constexpr explicit Access(Kind kind) : kind_(kind) {}

    Kind kind_;
    Permission needs_ = Permission::view_products;
    bool courier_own_ = false;
    bool customer_own_ = false;
};

}  // namespace shopkeeper::tools
