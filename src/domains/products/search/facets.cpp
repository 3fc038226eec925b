#include "domains/products/search/facets.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace shopkeeper::products::search {
namespace {

constexpr Color kColors[] = {
    {"red", "#FF4444", {"красный", "қызыл", "red"}, "красн:a; ал:a; қызыл; red; scarlet"},
    {"pink",
     "#FFB6C1",
     {"розовый", "қызғылт", "pink"},
     "розов:a; нежно-розовый; пудров:a; қызғылт; pink"},
    {"white", "#FFFFFF", {"белый", "ақ", "white"}, "бел:a; белоснежн:a; ақ; white"},
    {"yellow", "#FFD700", {"жёлтый", "сары", "yellow"}, "желт:a; солнечн:a; сары; yellow"},
    {"orange",
     "#FFA500",
     {"оранжевый", "қызғылт сары", "orange"},
     "оранжев:a; персиков:a; қызғылт сары; orange; peach"},
    {"purple",
     "#9B59B6",
     {"фиолетовый", "күлгін", "purple"},
     "фиолетов:a; пурпурн:a; күлгін; purple; violet"},
    {"lavender",
     "#B57EDC",
     {"лавандовый", "ашық күлгін", "lavender"},
     "лавандов:a; сиренев:a; ашық күлгін; lavender; lilac"},
    {"burgundy",
     "#800020",
     {"бордовый", "қою қызыл", "burgundy"},
     "бордов:a; бордо; винн:a; марсала; қою қызыл; burgundy; wine"},
    {"blue", "#4A90E2", {"синий", "көк", "blue"}, "син:a; голуб:a; көк; blue"},
    {"green", "#2ECC71", {"зелёный", "жасыл", "green"}, "зелен:a; жасыл; green"},
    {"cream",
     "#F5E6D3",
     {"кремовый", "кремді", "cream"},
     "кремов:a; айвори; бежев:a; кремді; cream; ivory"},
    {"mixed",
     "",
     {"микс", "аралас", "mixed"},
     "микс:m; разноцветн:a; ассорти; аралас; mixed; mix; multicolor; multicolored; colorful"},
};

constexpr Occasion kOccasions[] = {
    {"birthday",
     {"день рождения", "туған күн", "birthday"},
     "день рождения; др; именины; туған күн; birthday; bday"},
    {"anniversary",
     {"годовщина", "мерейтой", "anniversary"},
     "годовщина; юбилей; мерейтой; anniversary"},
    {"wedding",
     {"свадьба", "үйлену той", "wedding"},
     "свадьба; свадебный; невеста; үйлену той; келін; wedding; bride"},
    {"valentine",
     {"14 февраля", "ғашықтар күні", "valentine"},
     "14 февраля; валентин:m; день влюбленных; день святого валентина; ғашықтар күні; valentine; "
     "valentines day"},
    {"womens_day",
     {"8 марта", "8 наурыз", "women's day"},
     "8 марта; женский день; 8 наурыз; наурыз 8; әйелдер күні; women's day; womens day"},
    {"romantic",
     {"свидание", "махаббат", "romantic"},
     "свидание; романтика; романтическ:a; романтичн:a; любим:a; признание; махаббат; romantic; "
     "date"},
    {"celebration",
     {"праздник", "мереке", "celebration"},
     "праздник; торжество; мереке; celebration; party"},
    {"get_well",
     {"выздоравливай", "сауығып кет", "get well"},
     "выздоравливай; выздоравливайте; выздоровление; в больницу; сауығып кет; get well"},
    {"thank_you",
     {"спасибо", "рахмет", "thank you"},
     "спасибо; благодарность; рахмет; алғыс; thank you; thanks"},
    {"newborn",
     {"выписка", "сәби", "newborn"},
     "выписка; роддом; рождение ребенка; новорожденн:a; сәби; newborn; baby"},
    {"graduation",
     {"выпускной", "бітіру кеші", "graduation"},
     "выпускн:a; последний звонок; бітіру кеші; graduation"},
    {"teachers_day",
     {"день учителя", "ұстаздар күні", "teacher's day"},
     "день учителя; 1 сентября; ұстаздар күні; teacher's day; teachers day"},
    {"new_year",
     {"новый год", "жаңа жыл", "new year"},
     "новый год; новогодн:a; жаңа жыл; new year"},
    {"apology",
     {"извинение", "кешірім", "apology"},
     "извинение; !прости; !простите; !извини; !извините; кешірім; sorry; apology"},
    {"funeral",
     {"похороны", "жерлеу", "funeral"},
     "похороны; траур; траурн:a; соболезнование; жерлеу; қаза; funeral; sympathy; condolences"},
};

template <class Facet, std::size_t size>
PhraseTable table_of(const Facet (&facets)[size]) {
    PhraseTable table;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string_view triggers = facets[i].triggers;
        for (std::size_t at = 0; at < triggers.size();) {
            const std::size_t end = std::min(triggers.find("; ", at), triggers.size());
            table.add(triggers.substr(at, end - at), static_cast<int>(i));
            at = end + 2;
        }
    }
    return table;
}

template <class Facet, std::size_t size>
const Facet* find(const Facet (&facets)[size], std::string_view id) {
    const auto* found = std::find_if(std::begin(facets), std::end(facets),
                                     [&](const Facet& facet) { return facet.id == id; });
    return found == std::end(facets) ? nullptr : found;
}

template <class Facet, std::size_t size>
Result<std::string> id_of(const Facet (&facets)[size], const PhraseTable& phrases,
                          std::string_view given, std::string_view field, const std::string& noun) {
    if (const Facet* facet = find(facets, text::fold(given))) return std::string(facet->id);
    if (const auto value = phrases.match_whole(given)) {
        return std::string(facets[static_cast<std::size_t>(*value)].id);
    }
    std::vector<std::string> ids;
    for (const Facet& facet : facets) ids.emplace_back(facet.id);
    return invalid_argument(std::string(field),
                            std::string(field) + " is not a known " + noun +
                                ". Give one of the accepted ids, or a " + noun +
                                " word in Russian, Kazakh or English.",
                            std::string(given), std::move(ids));
}

}  // namespace

std::span<const Color> colors() {
    return kColors;
}
std::span<const Occasion> occasions() {
    return kOccasions;
}

const Color* find_color(std::string_view id) {
    return find(kColors, id);
}
const Occasion* find_occasion(std::string_view id) {
    return find(kOccasions, id);
}

std::uint32_t color_bit(std::string_view id) {
    const Color* color = find_color(id);
    return color == nullptr ? 0 : 1U << (color - colors().data());
}

std::uint32_t occasion_bit(std::string_view id) {
    const Occasion* occasion = find_occasion(id);
    return occasion == nullptr ? 0 : 1U << (occasion - occasions().data());
}

const PhraseTable& color_phrases() {
    static const PhraseTable table = table_of(kColors);
    return table;
}

const PhraseTable& occasion_phrases() {
    static const PhraseTable table = table_of(kOccasions);
    return table;
}

Result<std::string> color_id(std::string_view given, std::string_view field) {
    return id_of(kColors, color_phrases(), given, field, "color");
}

Result<std::string> occasion_id(std::string_view given, std::string_view field) {
    return id_of(kOccasions, occasion_phrases(), given, field, "occasion");
}

}  // namespace shopkeeper::products::search
