#include "prove/replay/invoice_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"

namespace shopkeeper::prove {
namespace {

constexpr std::string_view kHeader =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
constexpr std::size_t kColumns = 8;

/// gzread reads a file that is no gzip as it is.
std::string read_whole(const std::filesystem::path& path) {
    const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) throw std::runtime_error(path.string() + " cannot be opened");
    std::string text;
    char buffer[1 << 16];
    int read = 0;
    while ((read = gzread(file.get(), buffer, sizeof buffer)) > 0)
        text.append(buffer, static_cast<std::size_t>(read));
    if (read < 0) throw std::runtime_error(path.string() + " is a damaged gzip file");
    return text;
}

/// The fields of one record from the front of `rest`; a quoted field may hold commas, line feeds
/// and doubled quotes.
std::vector<std::string> take_record(std::string_view& rest) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size(); ++at) {
        const char c = rest[at];
        if (quoted) {
            if (c != '"')
                fields.back() += c;
            else if (at + 1 < rest.size() && rest[at + 1] == '"')
                fields.back() += rest[++at];
            else
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            fields.emplace_back();
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return fields;
}

std::int64_t number(std::string_view digits, const char* what) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        throw std::runtime_error(std::string(what) + " '" + std::string(digits) + "'");
    return value;
}

/// "4.25" to 425; `exact` becomes false where pence are not enough.
std::int64_t pence(std::string_view text, bool& exact) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string digits(text.substr(std::min(point + 1, text.size())));
    while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
    exact = digits.size() <= 2;
    digits.resize(2, '0');
    const std::int64_t minor =
        number(text.substr(0, point), "a price") * 100 + number(digits, "a price");
    return negative ? -minor : minor;
}

std::string capitals(std::string_view text) {
    std::string result(text::trim(text));
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

/// "17850.0" is how the file writes customer 17850.
std::string customer(std::string text) {
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

/// "2010-12-01 08:26:00"
void read_time(std::string_view text, InvoiceRow& row) {
    const bool has_form = text.size() == 19 && text[4] == '-' && text[7] == '-' &&
                          text[10] == ' ' && text[13] == ':' && text[16] == ':';
    if (!has_form) throw std::runtime_error("a time '" + std::string(text) + "'");
    row.date = text.substr(0, 10);
    row.minute = static_cast<int>(number(text.substr(11, 2), "an hour") * 60 +
                                  number(text.substr(14, 2), "a minute"));
    row.second = static_cast<int>(number(text.substr(17, 2), "a second"));
}

InvoiceRow row_of(std::vector<std::string> fields) {
    if (fields.size() != kColumns)
        throw std::runtime_error(std::to_string(fields.size()) + " columns");
    InvoiceRow row;
    row.invoice = std::move(fields[0]);
    row.code = capitals(fields[1]);
    row.description = text::trim(text::clean(fields[2]));
    row.quantity = number(fields[3], "a quantity");
    read_time(fields[4], row);
    row.price_minor = pence(fields[5], row.is_price_in_minor);
    row.customer = customer(std::move(fields[6]));
    row.country = text::trim(fields[7]);
    return row;
}

}  // namespace

std::vector<InvoiceRow> read_invoices(const std::filesystem::path& path) {
    const std::string text = read_whole(path);
    std::string_view rest = text;
    rest.remove_prefix(rest.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    if (!rest.starts_with(kHeader))
        throw std::runtime_error(path.string() + " does not begin with " + std::string(kHeader));
    take_record(rest);
    std::vector<InvoiceRow> rows;
    while (!rest.empty()) {
        try {
            rows.push_back(row_of(take_record(rest)));
        } catch (const std::runtime_error& unreadable) {
            throw std::runtime_error(path.string() + ", record " + std::to_string(rows.size() + 1) +
                                     ": " + unreadable.what() + " cannot be read");
        }
    }
    return rows;
}

}  // namespace shopkeeper::prove
