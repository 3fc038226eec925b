#include "oauth/pages.hpp"

#include <ctemplate/template.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "oauth/redirect_uri.hpp"

namespace shopkeeper::oauth {
namespace {

constexpr Label kSignIn{"Вход в магазин", "Дүкенге кіру", "Sign in to the shop"};
constexpr Label kAsksLogin{"Доступ просит программа", "Рұқсат сұрайтын бағдарлама",
                           "Access is asked for by"};
constexpr Label kPhone{"Телефон сотрудника", "Қызметкердің телефоны", "Staff phone"};
constexpr Label kPassword{"Пароль", "Құпиясөз", "Password"};
constexpr Label kSubmit{"Войти", "Кіру", "Sign in"};

constexpr Label kWrong{"Телефон или пароль неверны.", "Телефон немесе құпиясөз қате.",
                       "The phone or the password is wrong."};
constexpr Label kTooOften{"Слишком много попыток. Подождите и попробуйте снова.",
                          "Әрекеттер тым көп. Күте тұрып, қайталап көріңіз.",
                          "Too many attempts. Wait a little and try again."};
constexpr Label kBlocked{"Этот магазин не работает. Обратитесь к его владельцу.",
                         "Бұл дүкен жұмыс істемейді. Иесіне хабарласыңыз.",
                         "This shop is not active. Ask its operator."};
constexpr Label kAway{"Сейчас войти нельзя. Попробуйте через минуту.",
                      "Қазір кіру мүмкін емес. Бір минуттан кейін қайталап көріңіз.",
                      "Signing in is not possible now. Try again in a minute."};

constexpr Label kAllowTitle{"Разрешить доступ?", "Рұқсат бересіз бе?", "Allow access?"};
constexpr Label kAsksConsent{"просит разрешения действовать от имени",
                             "мына адамның атынан әрекет "
                             "етуге рұқсат сұрайды —",
                             "asks to act in the name of"};
constexpr Label kGoesTo{"Ответ получит", "Жауап мына жерге барады:", "The answer goes to"};
constexpr Label kThisComputer{"программа на этом компьютере", "осы компьютердегі бағдарлама",
                              "a program on this computer"};
constexpr Label kUnvouched{"Название программы никто не подтверждает.",
                           "Бағдарлама атын ешкім растамайды.",
                           "Nobody vouches for the program's name."};
constexpr Label kVouched{"Название подтверждает", "Атын растайды:", "Its name is vouched for by"};
constexpr Label kMore{"Разрешить и менять всё перечисленное",
                      "Аталғанның бәрін өзгертуге де рұқсат беру",
                      "Also allow changing all of this"};
constexpr Label kAllow{"Разрешить", "Рұқсат беру", "Allow"};
constexpr Label kDeny{"Отказать", "Бас тарту", "Deny"};

constexpr Label kFaultTitle{"Войти не получится", "Кіру мүмкін емес", "This cannot be done"};
constexpr std::array<Label, 4> kFaults = {{
    {"Программа задала вопрос с ошибкой. Вернитесь в неё и попробуйте снова.",
     "Бағдарламаның сұрауы қате. Оған қайтып, қайталап көріңіз.",
     "The program asked in a way that is not understood. Go back to it and try again."},
    {"Эта программа здесь не известна. Вернитесь в неё и подключите магазин заново.",
     "Бұл бағдарлама мұнда белгісіз. Оған қайтып, дүкенді қайта қосыңыз.",
     "This program is not known here. Go back to it and connect the shop again."},
    {"Программа просит отправить ответ туда, куда ей нельзя. Ничего не отправлено.",
     "Бағдарлама жауапты рұқсат етілмеген жерге жіберуді сұрайды. Ештеңе жіберілмеді.",
     "The program wants the answer sent to a place that is not its own. Nothing was sent."},
    {"Страница устарела. Вернитесь в программу и начните заново.",
     "Беттің мерзімі өтті. Бағдарламаға қайтып, қайта бастаңыз.",
     "This page is too old. Go back to the program and start again."},
}};

/// By area, reading before changing.
constexpr std::array<Label, auth::kAreaCount* 2> kScopes = {{
    {"смотреть каталог", "каталогты көру", "see the catalogue"},
    {"менять каталог и цены", "каталог пен бағаларды өзгерту", "change the catalogue and prices"},
    {"смотреть заказы", "тапсырыстарды көру", "see orders"},
    {"оформлять, менять и отменять заказы", "тапсырыстарды рәсімдеу, өзгерту және болдырмау",
     "make, change and cancel orders"},
    {"смотреть склад", "қойманы көру", "see the warehouse"},
    {"менять остатки на складе", "қоймадағы қалдықты өзгерту", "change what is in stock"},
    {"смотреть настройки магазина", "дүкен баптауларын көру", "see the shop's settings"},
    {"менять настройки магазина", "дүкен баптауларын өзгерту", "change the shop's settings"},
    {"читать отзывы", "пікірлерді оқу", "read reviews"},
    {"публиковать и скрывать отзывы", "пікірлерді жариялау және жасыру",
     "publish and hide reviews"},
    {"смотреть клиентов", "клиенттерді көру", "see customers"},
    {"записывать клиентов", "клиенттерді тіркеу", "register customers"},
}};

const Label& label_of(auth::Scope scope) {
    return kScopes.at(static_cast<std::size_t>(scope.area) * 2 + (scope.writes ? 1 : 0));
}

std::string_view file(std::string_view name) {
    for (const EmbeddedFile& page : embedded::pages()) {
        if (page.path == name) return page.content;
    }
    throw std::logic_error("pages/" + std::string(name) + " is missing");
}

/// Templates are parsed when a page is first shown: most processes show none.
void load_templates() {
    static std::once_flag once;
    std::call_once(once, [] {
        for (const EmbeddedFile& page : embedded::pages()) {
            const std::string name(page.path);
            if (!name.ends_with(".html")) continue;
            const bool is_parsed = ctemplate::StringToTemplateCache(
                name, page.content.data(), page.content.size(), ctemplate::DO_NOT_STRIP);
            if (!is_parsed) throw std::logic_error("pages/" + name + " cannot be parsed");
        }
    });
}

class Page {
public:
    Page(std::string name, Locale locale)
        : name_(std::move(name)), locale_(locale), dictionary_(name_) {
        set("LANGUAGE", word(locale));
    }

    void set(const char* variable, std::string_view text) { put(dictionary_, variable, text); }
    void set(const char* variable, const Label& label) { set(variable, label.in(locale_)); }
    /// A section that is shown once more, with one text in it.
    void show(const char* section, const char* variable, const Label& label) {
        put(*dictionary_.AddSectionDictionary(section), variable, label.in(locale_));
    }
    void set(const Form& form) {
        set("REQUEST", form.request);
        set("FORM_TOKEN", form.token);
    }

    std::string html() const {
        load_templates();
        std::string html;
        if (!ctemplate::ExpandTemplate(name_, ctemplate::DO_NOT_STRIP, &dictionary_, &html))
            throw std::logic_error("pages/" + name_ + " cannot be shown");
        return html;
    }

private:
    static void put(ctemplate::TemplateDictionary& dictionary, const char* variable,
                    std::string_view text) {
        dictionary.SetValue(variable, ctemplate::TemplateString(text.data(), text.size()));
    }

    const std::string name_;
    const Locale locale_;
    ctemplate::TemplateDictionary dictionary_;
};

const Label* message_of(LoginTrouble trouble) {
    switch (trouble) {
        case LoginTrouble::none:
            return nullptr;
        case LoginTrouble::wrong:
            return &kWrong;
        case LoginTrouble::too_often:
            return &kTooOften;
        case LoginTrouble::shop_blocked:
            return &kBlocked;
        case LoginTrouble::away:
            return &kAway;
    }
    return nullptr;
}

}  // namespace

std::string login_page(Locale locale, const Client& client, const Form& form, LoginTrouble trouble,
                       std::string_view phone) {
    Page page("login.html", locale);
    page.set("TITLE", kSignIn);
    page.set("ASKS", kAsksLogin);
    page.set("CLIENT", client.name);
    if (const Label* message = message_of(trouble)) page.show("TROUBLE", "MESSAGE", *message);
    page.set(form);
    page.set("PHONE_LABEL", kPhone);
    page.set("PHONE", phone);
    page.set("PASSWORD_LABEL", kPassword);
    page.set("SUBMIT", kSubmit);
    return page.html();
}

std::string consent_page(Locale locale, const Client& client, std::string_view redirect_uri,
                         const auth::ScopeSet& scopes, std::string_view person, const Form& form) {
    Page page("consent.html", locale);
    page.set("TITLE", kAllowTitle);
    page.set("CLIENT", client.name);
    page.set("ASKS", kAsksConsent);
    page.set("PERSON", person);
    auth::for_each_scope([&](auth::Scope scope) {
        if (scopes.has(scope)) page.show("SCOPE", "WORDS", label_of(scope));
    });
    if (scopes.with_changes() != scopes) page.show("MORE", "WORDS", kMore);
    page.set("GOES_TO", kGoesTo);
    if (is_loopback_redirect(redirect_uri))
        page.set("DESTINATION", kThisComputer);
    else
        page.set("DESTINATION", redirect_source(redirect_uri));
    std::string vouched(kUnvouched.in(locale));
    if (!client.vouching_host.empty())
        vouched = std::string(kVouched.in(locale)) + " " + client.vouching_host + ".";
    page.set("VOUCHED", vouched);
    page.set(form);
    page.set("ALLOW", kAllow);
    page.set("DENY", kDeny);
    return page.html();
}

std::string fault_page(Locale locale, Fault fault) {
    Page page("fault.html", locale);
    page.set("TITLE", kFaultTitle);
    page.set("MESSAGE", kFaults.at(static_cast<std::size_t>(fault)));
    return page.html();
}

std::string_view stylesheet() {
    return file("style.css");
}

Locale locale_for(std::string_view ui_locales, std::string_view accept_language) {
    // The first that is one of ours; weights are written in falling order by every browser.
    for (std::string_view list : {ui_locales, accept_language}) {
        while (!list.empty()) {
            const auto end = std::min(list.find_first_of(", "), list.size());
            const std::string tag = text::lower(list.substr(0, std::min<std::size_t>(end, 2)));
            if (tag == "ru" || tag == "kk" || tag == "en") return locale_of(tag);
            list.remove_prefix(std::min(end + 1, list.size()));
        }
    }
    return Locale::ru;
}

}  // namespace shopkeeper::oauth
