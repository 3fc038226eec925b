#pragma once

#include <string>
#include <string_view>

#include "base/locale.hpp"
#include "domains/auth/scopes.hpp"
#include "oauth/clients.hpp"

/// The pages people see: what stands in them is escaped by the templates (pages/*.html), whatever a
/// program calls itself. Thread-safe.
namespace shopkeeper::oauth {

/// What every form carries.
struct Form {
    std::string request;  ///< the query of the authorization, as it came
    std::string token;
};

/// Why nobody was signed in, for the person.
enum class LoginTrouble { none, wrong, too_often, shop_blocked, away };

std::string login_page(Locale locale, const Client& client, const Form& form, LoginTrouble trouble,
                       std::string_view phone);
/// `redirect_uri`: where the answer goes, which is all that is sure about a program. A person may
/// allow more than was asked: to change what the program asks to read, since many programs ask for
/// little at first and cannot ask again.
std::string consent_page(Locale locale, const Client& client, std::string_view redirect_uri,
                         const auth::ScopeSet& scopes, std::string_view person, const Form& form);

/// What went wrong before anybody could be asked; the program is told nothing.
enum class Fault { bad_request, unknown_client, foreign_redirect, expired };
std::string fault_page(Locale locale, Fault fault);

std::string_view stylesheet();

/// The language a person reads: what the program says (`ui_locales`), else what the browser does.
Locale locale_for(std::string_view ui_locales, std::string_view accept_language);

}  // namespace shopkeeper::oauth
