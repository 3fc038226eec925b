#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace shopkeeper;

TEST_CASE("F1: names and queries are compared folded", "[text]") {
    struct Case {
        const char* given;
        const char* folded;
    };
    const auto example = GENERATE(values<Case>({
        {"Жёлтые РОЗЫ", "желтые розы"},
        {"Қызғалдақ", "кызгалдак"},
        {"Ертең кешке, бүгін", "ертен кешке, бугин"},
        {"үйлену той", "уйлену той"},
        {"Tulip", "tulip"},
        {"e\u0301", "é"},              // decomposed and composed é are one
        {"роза\u200B\u00AD", "роза"},  // zero-width space, soft hyphen
        {"й", "й"},                    // й written as и + breve
        {"  a  ", "a"},
    }));

    CHECK(text::fold(example.given) == example.folded);
    CHECK(text::fold(text::fold(example.given)) == example.folded);
}

TEST_CASE("F1: tokens are runs of letters or of digits", "[text]") {
    using Tokens = std::vector<std::string>;
    CHECK(text::tokens("до 15к") == Tokens{"до", "15", "к"});
    CHECK(text::tokens("«25 роз», vip!") == Tokens{"25", "роз", "vip"});
    CHECK(text::tokens("%_' OR 1=1--") == Tokens{"OR", "1", "1"});
    CHECK(text::tokens("🌹🌹").empty());
}

TEST_CASE("U2: incoming text is stored clean", "[text]") {
    struct Case {
        const char* given;
        const char* stored;
    };
    const auto example = GENERATE(values<Case>({
        {"  ул. Абая 1  ", "ул. Абая 1"},
        {"a\u202Eb\u2066c", "abc"},  // bidirectional controls
        {"a\x01\x7F\u0085z", "az"},  // C0, DEL, C1
        {"line one\n\n\n\n\nline two", "line one\n\nline two"},
        {"one\r\ntwo", "one\ntwo"},
        {"<script>alert(1)</script>hello<br/>", "alert(1)hello"},
        {"<<b>script>x", "x"},                   // no tag may assemble itself
        {"5 < 7 and 9 > 8", "5 < 7 and 9 > 8"},  // no tag
        {"\U000E0041\U000E0042x\uE000", "x"},    // tag and private-use characters
        {"\u200B\u200D", ""},
        {"tab\there", "tab here"},
        {"\u00A0\u2003 имя \u3000", "имя"},
        {"\u00A0\u202F", ""},
    }));

    CHECK(text::clean(example.given) == example.stored);
    CHECK(text::clean(text::clean(example.given)) == example.stored);
}

TEST_CASE("bytes that are not UTF-8 never get through", "[text]") {
    for (const char* broken : {"a\xFFz", "a\xC3", "\xED\xA0\x80", "\xC0\xAF", "\xF5\x80\x80\x80"}) {
        CAPTURE(broken);
        CHECK_FALSE(text::is_valid_utf8(broken));
        CHECK(text::is_valid_utf8(text::clean(broken)));
        CHECK(text::is_valid_utf8(text::fold(broken)));
    }
    CHECK(text::is_valid_utf8("роза 🌹"));
}

TEST_CASE("C5: lengths and cuts count code points", "[text]") {
    CHECK(text::code_points("роза🌹") == 5);
    CHECK(text::truncate("роза🌹", 4) == "роза");
    CHECK(text::truncate("роза", 10) == "роза");
}

TEST_CASE("Digits of every script, and their compatibility forms, become 0 to 9", "[text]") {
    CHECK(text::ascii_digits("0123456789") == "0123456789");
    CHECK(text::ascii_digits("０１２３４５６７８９") == "0123456789");
    CHECK(text::ascii_digits("٠١٢٣٤٥٦٧٨٩") == "0123456789");
    CHECK(text::ascii_digits("۰۱۲۳۴۵۶۷۸۹") == "0123456789");
    CHECK(text::ascii_digits("०१२३४५६७८९") == "0123456789");
    CHECK(text::ascii_digits("𝟎𝟏𝟡𝟬𝟿") == "01909");  // four runs of ten in a row
    CHECK(text::ascii_digits("＋７（٧٠٠）") == "+7(700)");
    CHECK(text::ascii_digits("роза\xFF 5") == "роза 5");
    CHECK(text::ascii_digits("").empty());
}

TEST_CASE("C14: wildcards of a query are ordinary characters", "[text]") {
    CHECK(text::like_literal("100%_!") == "100!%!_!!");
}
