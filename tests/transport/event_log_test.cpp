#include "transport/event_log.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "net/engine/open_stream.hpp"

namespace shopkeeper::test {
namespace {

using net::EventStream;
using net::OpenStream;
using transport::EventLog;

/// A connection that writes nothing: what was sent stays in its stream.
class DeafExchange : public net::Exchange {
public:
    void decide(std::optional<net::Reply> /*refusal*/) override {}
    void reply(net::Reply /*reply*/) override {}
    std::shared_ptr<OpenStream> open_stream(net::StreamHead /*head*/) override { return nullptr; }
    void flush_soon() override {}
    void close_soon() override {}
};

std::shared_ptr<OpenStream> open_stream() {
    net::StreamHead head;
    return std::make_shared<OpenStream>(std::make_shared<DeafExchange>(), head,
                                        /*is_chunked=*/false, /*unread_bytes_max=*/1024);
}

/// True when nothing follows what was taken.
bool is_ended(const std::shared_ptr<OpenStream>& stream) {
    return stream->written() == OpenStream::Then::finish;
}

TEST_CASE("an event log sends what its client has not seen, then what follows", "[streamable]") {
    EventLog log(3, {});
    const auto first = open_stream();
    log.attach(EventStream(first));
    log.append("1");
    log.append("2");
    CHECK(first->take() ==
          "event: message\nid: 3_1\ndata: 1\n\nevent: message\nid: 3_2\ndata: 2\n\n");

    const auto second = open_stream();
    log.resume(EventStream(second), 1);
    log.append("3");
    CHECK(second->take() ==
          "event: message\nid: 3_2\ndata: 2\n\nevent: message\nid: 3_3\ndata: 3\n\n");
    CHECK(first->take().empty());
    CHECK(is_ended(first));
    CHECK_FALSE(is_ended(second));

    log.finish({});
    CHECK(second->take().empty());
    CHECK(is_ended(second));
}

TEST_CASE("a client that is sent away from an event log comes back for the rest", "[streamable]") {
    EventLog log(2, {});
    const auto sent_away = open_stream();
    log.attach(EventStream(sent_away));
    log.append("1");
    log.send_away(std::chrono::milliseconds(500));
    log.append("2");
    CHECK(sent_away->take() == "event: message\nid: 2_1\ndata: 1\n\nretry: 500\n\n");
    CHECK(is_ended(sent_away));

    const auto returned = open_stream();
    log.resume(EventStream(returned), 1);
    log.finish({});
    CHECK(returned->take() == "event: message\nid: 2_2\ndata: 2\n\n");
    CHECK(is_ended(returned));
}

// Its client may have had the priming event, left and come back before the thread that opened the
// stream of the POST gets to hand it over.
TEST_CASE("who came back to an event log is not put off by the connection that broke",
          "[streamable]") {
    EventLog log(1, {});
    const auto returned = open_stream();
    log.resume(EventStream(returned), 0);
    const auto broken = open_stream();
    log.attach(EventStream(broken));
    log.append("\"at last\"");
    log.finish({});
    CHECK(returned->take() == "event: message\nid: 1_1\ndata: \"at last\"\n\n");
    CHECK(is_ended(returned));
    CHECK(broken->take().empty());
    CHECK(is_ended(broken));
}

}  // namespace
}  // namespace shopkeeper::test
