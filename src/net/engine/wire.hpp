#pragma once

#include <string>
#include <string_view>

#include "net/http_message.hpp"

/// The text of replies.
namespace shopkeeper::net {

/// `HTTP/1.1 200 OK` and the date, which every reply has.
void append_status_line(std::string& head, int status, std::string_view date);
void append_header(std::string& out, std::string_view name, std::string_view value);
void append_headers(std::string& head, const ReplyHeaders& headers);

/// One chunk of a chunked body. REQUIRES: `text` is not empty, which would end the body.
void append_chunk(std::string& out, std::string_view text);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// Statuses whose replies have no body and no length.
bool has_no_body(int status);

/// Now, as the `Date` header says it.
std::string http_date();

}  // namespace shopkeeper::net
