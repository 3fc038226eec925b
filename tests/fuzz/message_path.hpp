#pragma once

#include <cstddef>
#include <string_view>

namespace shopkeeper::test {

/// One client's whole conversation, from bytes: everything between a carrier and the tools.
///
/// Each line of `input` is one body (over HTTP) or one line (of stdio). A line that begins with
/// `H ` is a header of the bodies that follow, `H mcp-method: tools/call`; an empty line forgets
/// them. Bodies under headers go where an HTTP carrier would route them, others into a conversation
/// on stdio.
///
/// Throws std::logic_error when the server breaks a promise: a request is answered once, under its
/// own id, by JSON of one line that holds a result or an error; a notification is not answered; a
/// refusal has a status that HTTP clients of the protocol know.
///
/// Returns how many replies and refusals were judged.
std::size_t exercise(std::string_view input);

}  // namespace shopkeeper::test
