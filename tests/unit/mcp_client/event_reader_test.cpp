#include "mcp/client/event_reader.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace shopkeeper::mcp::client {
namespace {

using Fed = EventReader::Fed;

/// The events of `text` as "type=data", fed in pieces of `piece` bytes.
std::vector<std::string> events_of(EventReader& reader, std::string_view text, std::size_t piece) {
    std::vector<std::string> events;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
        reader.feed(text.substr(0, piece), [&](const Event& event) {
            events.push_back(event.type + "=" + event.data);
            return true;
        });
    }
    return events;
}

}  // namespace

TEST_CASE("events come out whole, however the stream is cut") {
    const std::string text =
        "\xEF\xBB\xBF: a comment\n\ndata: one\n\nevent: endpoint\r\ndata:/two\r\n\r\n"
        "data: three\rdata:  and four\r\rid: 7\nretry: 250\ndata\n\ndata: lost";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, text.size()}) {
        INFO(piece);
        EventReader reader(1000);
        CHECK(events_of(reader, text, piece) ==
              std::vector<std::string>{"message=one", "endpoint=/two", "message=three\n and four"});
        CHECK(reader.last_id() == "7");
        CHECK(reader.retry() == std::chrono::milliseconds(250));
    }
}

TEST_CASE("ids and waits that are none change nothing") {
    EventReader reader(1000);
    events_of(reader, std::string("id: 1\nretry: 10\n\nid: a\0b\n", 24), 100);
    events_of(reader, "retry: 5s\nretry:\nretry: -1\nretry: 99999999999999999999\n\n", 100);
    CHECK(reader.last_id() == "1");
    CHECK(reader.retry() == std::chrono::milliseconds(10));
    events_of(reader, "retry: 999999999\n", 100);
    CHECK(reader.retry() == std::chrono::minutes(10));
    events_of(reader, "id\n\n", 100);
    CHECK(reader.last_id() == "");
}

TEST_CASE("an event beyond the limit is refused, in one line or in many") {
    const auto never = [](const Event&) { return true; };
    EventReader one_line(100);
    CHECK(one_line.feed("data: " + std::string(80, 'x'), never) == Fed::more);
    CHECK(one_line.feed(std::string(20, 'x'), never) == Fed::too_large);

    EventReader many_lines(100);
    Fed fed = Fed::more;
    for (int i = 0; i < 20 && fed == Fed::more; ++i) fed = many_lines.feed("data: 12345\n", never);
    CHECK(fed == Fed::too_large);
}

TEST_CASE("who has enough hears no more, and a new stream begins with a new event") {
    EventReader reader(1000);
    int heard = 0;
    const auto once = [&](const Event&) { return ++heard < 1; };
    CHECK(reader.feed("data: 1\n\ndata: 2\n\n", once) == Fed::enough);
    CHECK(heard == 1);

    EventReader broken_off(1000);
    CHECK(events_of(broken_off, "event: half\ndata: ha", 100).empty());
    broken_off.restart();
    CHECK(events_of(broken_off, "data: whole\n\n", 100) ==
          std::vector<std::string>{"message=whole"});
}

}  // namespace shopkeeper::mcp::client
