#pragma once

#include <string_view>

namespace shopkeeper {

/// The language of labels meant for customers. Rule: domain C9.
enum class Locale { ru, kk, en };

/// Anything but "kk" and "en" is Russian, the default.
constexpr Locale locale_of(std::string_view code) {
    if (code == "kk") return Locale::kk;
    if (code == "en") return Locale::en;
    return Locale::ru;
}

constexpr std::string_view word(Locale locale) {
    switch (locale) {
        case Locale::kk:
            return "kk";
        case Locale::en:
            return "en";
        case Locale::ru:
            break;
    }
    return "ru";
}

/// One label in three languages.
struct Label {
    std::string_view ru;
    std::string_view kk;
    std::string_view en;

    constexpr std::string_view in(Locale locale) const {
        switch (locale) {
            case Locale::kk:
                return kk;
            case Locale::en:
                return en;
            case Locale::ru:
                break;
        }
        return ru;
    }
};

}  // namespace shopkeeper
