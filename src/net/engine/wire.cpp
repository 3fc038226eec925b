#include "net/engine/wire.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>

namespace shopkeeper::net {

void append_status_line(std::string& head, int status, std::string_view date) {
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    head.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
    head.append(reason.data(), reason.size()).append("\r\n");
    append_header(head, "Date", date);
}

void append_headers(std::string& head, const ReplyHeaders& headers) {
    for (const auto& [name, value] : headers) append_header(head, name, value);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_chunk(std::string& out, std::string_view text) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::array<char, 16> digits{};
    auto at = digits.end();
    for (std::size_t rest = text.size(); rest != 0; rest /= 16) *--at = kDigits[rest % 16];
    out.append(at, digits.end()).append("\r\n").append(text).append("\r\n");
}

bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {text.data(), size};
}

}  // namespace shopkeeper::net
