// Words, stems, the lexicon and the tables of colours and occasions: pure, no shop.
#include <catch2/catch.hpp>
#include <thread>

#include "domains/products/search/facets.hpp"
#include "domains/products/search/lexicon.hpp"
#include "domains/products/search/repair.hpp"
#include "domains/products/search/stem.hpp"

using namespace shopkeeper;
using namespace shopkeeper::products::search;

TEST_CASE("F2, F4: all forms of a word and all three languages meet in one stem",
          "[products][stem]") {
    struct Family {
        const char* stem;
        std::vector<const char*> words;
    };
    const Family families[] = {
        {"tulip",
         {"тюльпан", "тюльпаны", "тюльпанами", "тюльпанов", "қызғалдақ", "қызғалдақтар",
          "қызғалдақтан", "кызгалдак", "tulip", "tulips"}},
        {"rose",
         {"роза", "розы", "роз", "розой", "розами", "раушан", "раушандар", "раушаннан", "roses"}},
        {"chrysanthemum", {"хризантема", "хризантем", "хризантемами", "chrysanthemums"}},
        {"eustoma", {"эустома", "эустомы", "лизиантус", "lisianthus"}},
        {"orchid", {"орхидея", "орхидеи", "орхидей", "орхидею", "orchids"}},
        {"daisy", {"ромашка", "ромашки", "ромашек", "түймедақ", "daisies"}},
        {"peony", {"пион", "пионы", "пионов", "сарғалдақтар", "peonies"}},
        {"flower",
         {"цветок", "цветы", "цветов", "цветочек", "гүл", "гүлдер", "гүлдерді", "flowers"}},
        {"gift",
         {"подарок", "подарка", "подарки", "подарочный", "сыйлық", "сыйлықтар", "gifts",
          "present"}},
        {"girl", {"девушка", "девушек", "девушке", "қыз", "қыздарға", "girls"}},
        {"day", {"день", "дня", "днем", "днём", "дней", "күн", "күні", "days"}},
        {"wedding", {"свадьба", "свадеб", "свадебный", "свадебные", "wedding"}},
        {"bouquet", {"букет", "букеты", "букетик", "букеттер", "шоқ", "bouquets"}},
        {"sunflower", {"подсолнух", "подсолнухи", "күнбағыс", "sunflowers"}},
        {"cheap", {"недорогой", "недорого", "недорогие", "эконом", "арзан", "cheap"}},
        {"premium", {"премиум", "люкс", "роскошный", "дорогой", "premium"}},
    };
    for (const Family& family : families) {
        for (const char* word : family.words) {
            CAPTURE(word);
            CHECK(stem_of(word) == family.stem);
        }
    }
}

TEST_CASE("F4: neighbours of lexicon words stay what they are", "[products][stem]") {
    for (const char* word :
         {"розовый", "цвет", "цвета", "зеленый", "розетка", "анатолий", "пианино", "подарить"}) {
        CAPTURE(word);
        CHECK(concept_of(word).empty());
    }
    CHECK(stem_of("розовый") == stem_of("розовые"));
    CHECK(stem_of("розовый") != stem_of("роза"));
    CHECK(is_flower("rose"));
    CHECK(is_flower("flower"));
    CHECK_FALSE(is_flower("bouquet"));
    CHECK_FALSE(is_flower("eucalyptus"));
}

TEST_CASE("F3: Kazakh endings come off while harmony holds and three letters remain",
          "[products][stem]") {
    CHECK(stem_of("жұлдыздарға") == stem_of("жұлдыз"));
    CHECK(stem_of("көйлектер") == stem_of("көйлек"));
    CHECK(stem_of("көйлекпен") == stem_of("көйлек"));
    CHECK(stem_of("жұлдызмен") == stem_of("жұлдыз"));
    CHECK(stem_of("үйлер") == "уйлер");    // "үй" would have two letters only
    CHECK(stem_of("көзлар") == "козлар");  // a back ending after a front vowel is no ending
}

TEST_CASE("F2: short words and numbers stay as they are", "[products][stem]") {
    CHECK(stem_of("др") == "др");
    CHECK(stem_of("ақ") == "ак");
    CHECK(stem_of("51") == "51");
    CHECK(stem_of("ы") == "ы");
}

TEST_CASE("F1: words are runs of letters or of digits, with their places in the text",
          "[products][stem]") {
    const Text text = read_text("До 15к, Ёлка-ель!");
    REQUIRE(text.words.size() == 5);
    CHECK(text.words[0].folded == "до");
    CHECK(text.words[1].is_number());
    CHECK(text.words[2].folded == "к");
    CHECK(text.words[3].folded == "елка");
    CHECK(text.words[3].lowered == "ёлка");
    CHECK(text.gap_after(1).empty());
    CHECK(text.gap_after(2) == ", ");
    CHECK(text.gap_after(4) == "!");
    for (const Word& word : text.words) {
        CHECK(text.lowered.substr(word.begin, word.end - word.begin) == word.lowered);
    }
}

TEST_CASE("a spray rose is two words, and a spray chrysanthemum is none", "[products][stem]") {
    CHECK(read_text("Кустовая роза").words[0].stem == "spray_rose");
    CHECK(read_text("roses, spray").words[1].stem == "spray_rose");
    CHECK(read_text("Хризантема кустовая").words[1].stem != "spray_rose");
}

TEST_CASE("F2: stop words leave queries unless there is nothing else", "[products][stem]") {
    CHECK(search_stems("хочу букет из роз, пожалуйста") ==
          std::vector<std::string>{"bouquet", "rose"});
    CHECK(search_stems("red roses for my mother").size() == 3);
    CHECK(search_stems("для и на").size() == 3);
    CHECK(search_stems("%%% ''").empty());
    CHECK(is_stop_word("красивый"));
    CHECK(is_stop_word("красивые"));
    CHECK_FALSE(is_stop_word("красный"));
}

TEST_CASE("F5: every colour is known by id, label and further words, in every form",
          "[products][facets]") {
    struct Words {
        const char* id;
        std::vector<const char*> words;
    };
    const Words all[] = {
        {"red",
         {"red", "RED", "красный", "красная", "красные", "красных", "алый", "алые", "қызыл",
          "scarlet"}},
        {"pink", {"розовый", "розовыми", "нежно-розовый", "нежно-розовые", "пудровый", "қызғылт"}},
        {"white", {"белый", "белых", "белоснежные", "ақ"}},
        {"yellow", {"жёлтый", "желтые", "солнечный", "сары"}},
        {"orange", {"оранжевый", "персиковые", "қызғылт сары", "peach"}},
        {"purple", {"фиолетовый", "пурпурный", "күлгін", "violet"}},
        {"lavender", {"лавандовый", "сиреневые", "ашық күлгін", "lilac"}},
        {"burgundy", {"бордовый", "винный", "марсала", "қою қызыл", "wine"}},
        {"blue", {"синий", "синие", "голубой", "голубые", "көк"}},
        {"green", {"зелёный", "зеленые", "жасыл"}},
        {"cream", {"кремовый", "айвори", "бежевый", "кремді", "ivory"}},
        {"mixed", {"микс", "разноцветный", "разноцветные", "ассорти", "аралас", "multicolor"}},
    };
    for (const Words& color : all) {
        for (const char* word : color.words) {
            CAPTURE(word);
            const auto id = color_id(word, "color");
            REQUIRE(id);
            CHECK(*id == color.id);
        }
    }
    for (const char* word : {"зелень", "роза", "красный и белый", "", "синева"}) {
        CAPTURE(word);
        const auto id = color_id(word, "color");
        REQUIRE_FALSE(id);
        CHECK(id.error().details.field == "color");
        CHECK(id.error().details.accepted.size() == 12);
    }
}

TEST_CASE("F6: every occasion is known by id and triggers in three languages",
          "[products][facets]") {
    struct Words {
        const char* id;
        std::vector<const char*> words;
    };
    const Words all[] = {
        {"birthday",
         {"birthday", "день рождения", "на день рождения", "днём рождения", "др", "именины",
          "туған күн", "bday"}},
        {"anniversary", {"годовщина", "годовщину", "юбилей", "юбилея", "мерейтой"}},
        {"wedding", {"свадьба", "свадьбу", "свадебный", "невесты", "үйлену той", "келін", "bride"}},
        {"valentine", {"14 февраля", "валентин", "день влюбленных", "ғашықтар күні"}},
        {"womens_day",
         {"womens_day", "8 марта", "женский день", "8 наурыз", "әйелдер күні", "women's day"}},
        {"romantic", {"свидание", "романтика", "любимой", "признание", "махаббат", "date"}},
        {"celebration", {"праздник", "торжество", "мереке", "party"}},
        {"get_well", {"выздоравливай", "в больницу", "сауығып кет", "get well"}},
        {"thank_you", {"спасибо", "благодарность", "рахмет", "алғыс", "thank you"}},
        {"newborn",
         {"выписка", "выписку из роддома", "роддом", "рождение ребенка", "сәби", "baby"}},
        {"graduation", {"выпускной", "последний звонок", "бітіру кеші"}},
        {"teachers_day", {"день учителя", "1 сентября", "ұстаздар күні", "teacher's day"}},
        {"new_year", {"новый год", "жаңа жыл", "new year"}},
        {"apology", {"извинение", "прости", "кешірім", "sorry"}},
        {"funeral", {"похороны", "траур", "соболезнования", "жерлеу", "қаза", "sympathy"}},
    };
    for (const Words& occasion : all) {
        for (const char* word : occasion.words) {
            CAPTURE(word);
            const auto id = occasion_id(word, "occasion");
            if (std::string_view(word) == "выписку из роддома") {
                CHECK_FALSE(id);  // two triggers are no one trigger
                continue;
            }
            REQUIRE(id);
            CHECK(*id == occasion.id);
        }
    }
    CHECK_FALSE(occasion_id("простой", "occasion"));
    CHECK_FALSE(occasion_id("18 марта", "occasion"));
}

TEST_CASE("F14: edit distance counts one swap of neighbours as one mistake and stops at the limit",
          "[products][repair]") {
    CHECK(edit_distance(U"розы", U"розы", 2) == 0);
    CHECK(edit_distance(U"крастные", U"красные", 2) == 1);
    CHECK(edit_distance(U"пинов", U"пионв", 2) == 1);
    CHECK(edit_distance(U"прион", U"пионы", 2) == 2);
    CHECK(edit_distance(U"рзоы", U"розы", 2) == 1);
    CHECK(edit_distance(U"абв", U"где", 2) == 3);
    CHECK(edit_distance(U"", U"ab", 2) == 2);
    CHECK(edit_distance(U"розы", U"розочками", 2) == 3);
}

TEST_CASE("F14: the other layout and transliteration", "[products][repair]") {
    CHECK(in_other_layout("hjps") == "розы");
    CHECK(in_other_layout(",ertn") == "букет");
    CHECK(in_other_layout("`krf") == "ёлка");
    CHECK(in_other_layout("кщыуы") == "roses");
    CHECK(in_other_layout("15r") == "15к");
    CHECK(from_translit("krasnye rozy") == "красные розы");
    CHECK(from_translit("belyi") == "белый");
    CHECK(from_translit("sinij") == "синий");
    CHECK(from_translit("zheltye hrizantemy") == "желтые хризантемы");
    CHECK(from_translit("shchuka yolka chay") == "щука елка чай");
    CHECK(from_translit("tyul'pany") == "тюльпаны");
}

TEST_CASE("stemmers may be used from many threads at once", "[products][stem]") {
    std::vector<std::thread> threads;
    std::vector<std::string> stems(8);
    for (std::size_t i = 0; i < stems.size(); ++i) {
        threads.emplace_back([&stems, i] {
            for (int round = 0; round < 200; ++round)
                stems[i] = stem_of("корзинками") + stem_of("wandering") + stem_of("упаковочный");
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& stem : stems) CHECK(stem == stems.front());
}
