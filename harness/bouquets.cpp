#include "harness/bouquets.hpp"

namespace shopkeeper::harness {
namespace {

struct Color {
    const char* name;
    const char* id;
};
constexpr std::array<Color, 8> kColors = {{{"красных", "red"},
                                           {"белых", "white"},
                                           {"розовых", "pink"},
                                           {"жёлтых", "yellow"},
                                           {"сиреневых", "purple"},
                                           {"синих", "blue"},
                                           {"оранжевых", "orange"},
                                           {"кремовых", "cream"}}};
constexpr std::array<const char*, 10> kFlowers = {"роз",    "тюльпанов", "пионов", "хризантем",
                                                  "лилий",  "гвоздик",   "ирисов", "эустом",
                                                  "гербер", "ромашек"};
constexpr std::array<const char*, 4> kForms = {"Букет", "Корзина", "Коробка", "Композиция"};
constexpr std::array<const char*, 5> kOccasions = {"birthday", "wedding", "anniversary",
                                                   "mothers_day", "romantic"};
constexpr std::array<const char*, 4> kDescriptions = {
    "Свежие цветы, собраны сегодня, в крафтовой бумаге с атласной лентой",
    "Нежный подарок с эвкалиптом и зеленью, простоит неделю",
    "Премиальная упаковка и открытка в подарок, доставим за два часа",
    "Классика, которая нравится всем: маме, девушке, учителю"};
constexpr std::array<const char*, 10> kSyllables = {"ba", "ke", "di", "fu", "ga",
                                                    "le", "mi", "nu", "pa", "re"};

constexpr std::int64_t kRareWords = 10'000;  ///< a power of the number of syllables
constexpr std::int64_t kOwnWords = 1'000;

template <class T, std::size_t N>
const T& in_turn(const std::array<T, N>& all, std::int64_t n) {
    return all[static_cast<std::size_t>(n) % N];
}

}  // namespace

Bouquet bouquet(std::int64_t n) {
    const Color& color = in_turn(kColors, n);
    const std::int64_t stems = bouquet_stems(n);
    return {.name = std::string(in_turn(kForms, n / 7)) + " из " + std::to_string(stems) + " " +
                    color.name + " " + in_turn(kFlowers, n / 3) + " " + rare_word(n),
            .description = in_turn(kDescriptions, n / 5),
            .color = color.id,
            .occasions = {in_turn(kOccasions, n), in_turn(kOccasions, n + 1)},
            .stems = stems};
}

std::int64_t bouquet_price_minor(std::int64_t n) {
    return (3'000 + n * 37 % 200 * 100) * 100;
}

std::int64_t bouquet_stems(std::int64_t n) {
    return 3 + n % 25 * 2;
}

std::string rare_word(std::int64_t n) {
    std::int64_t number = n < kOwnWords ? n : kOwnWords + n % (kRareWords - kOwnWords);
    std::string word;
    for (std::int64_t left = kRareWords; left > 1; left /= 10, number /= 10)
        word += in_turn(kSyllables, number);
    return word + "zo";
}

}  // namespace shopkeeper::harness
