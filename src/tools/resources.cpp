#include "tools/resources.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/json_writer.hpp"
#include "domains/products/labels.hpp"
#include "tools/host_failure.hpp"

namespace shopkeeper::tools {
namespace {

constexpr std::string_view kShopVariable = "shop_id";
constexpr std::string_view kMimeType = "application/json";
/// A view changes only with the program.
constexpr mcp::CacheHint kViewCache{.ttl_ms = 3'600'000, .is_public = true};

/// Where a page after the first begins: behind a product, so many of which were listed already.
struct Position {
    std::int64_t after_id = 0;
    std::size_t listed = 0;

    std::string text() const { return std::to_string(after_id) + "-" + std::to_string(listed); }

    static std::optional<Position> parse(std::string_view text) {
        Position position;
        const char* const end = text.data() + text.size();
        const auto id = std::from_chars(text.data(), end, position.after_id);
        if (id.ec != std::errc() || id.ptr == end || *id.ptr != '-') return std::nullopt;
        const auto listed = std::from_chars(id.ptr + 1, end, position.listed);
        if (listed.ec != std::errc() || listed.ptr != end || position.text() != text)
            return std::nullopt;
        return position;
    }
};

/// One URI for one thing: an id has no leading zeros.
bool is_canonical(const UriTemplate::Values& values) {
    return std::all_of(values.begin(), values.end(), [](const auto& value) {
        return value.first == "tracking_id" || value.second.front() != '0';
    });
}

void write_members(JsonWriter& out, const Json& object) {
    for (const auto& [name, value] : object.items()) out.raw_field(name, dump_json(value));
}

}  // namespace

void Resources::add(std::string_view name, std::string_view tool, mcp::CacheHint cache,
                    Json arguments) {
    resources_.push_back({.name = std::string(name),
                          .tool = std::string(tool),
                          .cache = cache,
                          .arguments = std::move(arguments)});
}

Resources::Resource& Resources::find(std::string_view name) {
    const auto found = std::find_if(resources_.begin(), resources_.end(),
                                    [&](const Resource& each) { return each.name == name; });
    if (found == resources_.end())
        throw std::logic_error("resource " + std::string(name) + " is not registered");
    return *found;
}

void Resources::bind(const EmbeddedFile& file) {
    constexpr std::string_view kEnding = ".json";
    Resource& resource = find(file.path.substr(0, file.path.size() - kEnding.size()));
    auto face = parse_json(file.content);
    if (!face || face->value("name", "") != resource.name)
        throw std::logic_error("resources/" + std::string(file.path) + " is not the template of " +
                               resource.name);
    resource.uri_text = face->at("uriTemplate").get<std::string>();
    resource.uri.emplace(resource.uri_text);
    face->erase("uriTemplate");
    resource.face = std::move(*face);
    templates_.push_back(compact_json(file.content));
}

void Resources::seal(std::span<const EmbeddedFile> files) {
    for (const EmbeddedFile& file : files) bind(file);
    for (const Resource& resource : resources_) {
        if (!resource.uri)
            throw std::logic_error("resource " + resource.name + " has no file: add resources/" +
                                   resource.name + ".json");
        const auto tool = registry_.inventory().find(resource.tool);
        const bool reads =
            tool != registry_.inventory().end() && tool->second.work == Tool::Work::read;
        if (!reads)
            throw std::logic_error("resource " + resource.name + ": " + resource.tool +
                                   " is no tool that reads");
    }
    if (!product_resource_.empty()) find(product_resource_);
}

std::optional<Resources::Named> Resources::parse(std::string_view uri) const {
    for (const Resource& resource : resources_) {
        const auto values = resource.uri->match(uri);
        if (!values || !is_canonical(*values)) continue;
        const auto& [variable, shop_id] = values->front();
        if (variable != kShopVariable) return std::nullopt;
        return Named{resource.name, std::stoll(shop_id), values->back().second};
    }
    return std::nullopt;
}

std::optional<bool> Resources::knows(std::string_view uri_template,
                                     std::string_view variable) const {
    for (const Resource& resource : resources_) {
        if (resource.uri_text != uri_template) continue;
        const auto& variables = resource.uri->variables();
        return std::find(variables.begin(), variables.end(), variable) != variables.end();
    }
    return std::nullopt;
}

void Resources::write_fixed(JsonWriter& out, std::int64_t shop_id) const {
    for (const Resource& resource : resources_) {
        if (resource.uri->variables() != std::vector<std::string>{std::string(kShopVariable)})
            continue;
        out.begin_object();
        out.field("uri", resource.uri->expand({std::to_string(shop_id)}));
        write_members(out, resource.face);
        out.end_object();
    }
}

mcp::HostAnswer<mcp::ResourcePage> Resources::list(std::string_view position,
                                                   const mcp::Asker& asker) {
    const bool is_first = position.empty();
    const auto from = is_first ? Position() : Position::parse(position);
    if (!from || from->listed > limits_.listed_products_max)
        return mcp::give_nothing({.kind = mcp::HostFailure::Kind::invalid, .message = {}});
    const Resource* each = product_resource_.empty() ? nullptr : &find(product_resource_);
    const std::size_t room =
        each == nullptr ? 0
                        : std::min(limits_.page_size, limits_.listed_products_max - from->listed);

    JsonWriter out;
    mcp::ResourcePage page;
    const auto work = [&](storage::Connection& connection,
                          const CallContext& context) -> Result<void> {
        out = {};
        page.next.clear();
        const products::ListLabels command{.after_id = from->after_id,
                                           .limit = static_cast<std::int64_t>(room) + 1};
        auto labels = products::labels(connection, context, command);
        if (!labels) return Refusal(labels.error());
        const std::int64_t shop_id = labels->shop.id;
        out.begin_array();
        if (is_first) {
            write_fixed(out, shop_id);
            views_.write_entries(out);
        }
        auto& items = labels->items;
        const bool has_more = items.size() > room;
        items.resize(std::min(items.size(), room));
        for (const products::ProductLabel& item : items) {
            const std::string id = std::to_string(item.id);
            out.begin_object();
            out.field("uri", each->uri->expand({std::to_string(shop_id), id}));
            out.field("name", each->name + "-" + id);
            out.field("title", item.name);
            out.field("description",
                      item.description.value_or(each->face.at("description").get<std::string>()));
            out.field("mimeType", kMimeType);
            out.key("annotations");
            out.begin_object();
            write_members(out, each->face.at("annotations"));
            out.field("lastModified", labels->shop.rfc3339(item.updated_ms));
            out.end_object();
            out.end_object();
        }
        out.end_array();
        const std::size_t listed = from->listed + items.size();
        if (has_more && !items.empty() && listed < limits_.listed_products_max)
            page.next = Position{items.back().id, listed}.text();
        return {};
    };
    const auto looked =
        registry_.look(call_of(asker, "resources/list"), auth::Area::catalogue, std::nullopt, work);
    if (looked) {
        page.resources_json = std::move(out).take();
        return page;
    }
    // A superadmin is in no shop of its own, and a process may serve before its shop is made.
    const ErrorCode code = looked.error().code;
    if (code != ErrorCode::invalid_argument && code != ErrorCode::not_found)
        return mcp::give_nothing(failure_of(looked.error(), {}, looked.error().demand));
    out = {};
    out.begin_array();
    if (is_first) views_.write_entries(out);
    out.end_array();
    page.resources_json = std::move(out).take();
    return page;
}

mcp::HostAnswer<mcp::ResourceRead> Resources::read(std::string_view uri, const mcp::Asker& asker) {
    if (auto view = views_.read(uri))
        return mcp::ResourceRead{.contents_json = *std::move(view), .cache = kViewCache};
    const auto nothing =
        mcp::give_nothing({.kind = mcp::HostFailure::Kind::not_found, .message = {}});
    for (const Resource& resource : resources_) {
        const auto values = resource.uri->match(uri);
        if (!values) continue;
        if (!is_canonical(*values)) return nothing;
        mcp::ToolCall call = call_of(asker, resource.tool);
        call.arguments = resource.arguments;
        std::string shop_id;
        for (const auto& [name, value] : *values) {
            call.arguments[name] = value;
            if (name == kShopVariable) shop_id = value;
        }
        const Registry::Ran ran = registry_.run_tool(std::move(call));
        if (ran.kind != mcp::ToolOutcome::Kind::answered)
            return mcp::give_nothing(broken(ran.request_id));
        if (!ran.answer) {
            const ErrorCode code = ran.answer.error().code;
            const bool names_nothing =
                code == ErrorCode::not_found || code == ErrorCode::invalid_argument;
            if (names_nothing) return nothing;
            return mcp::give_nothing(failure_of(ran.answer.error(), ran.request_id, ran.demand));
        }
        // An asserted customer is in its own shop, whatever the URI says (A6).
        if (std::to_string(ran.shop_id) != shop_id) return nothing;
        JsonWriter out;
        out.begin_array();
        out.begin_object();
        out.field("uri", uri);
        out.field("mimeType", kMimeType);
        out.field("text", *ran.answer);
        out.end_object();
        out.end_array();
        return mcp::ResourceRead{.contents_json = std::move(out).take(), .cache = resource.cache};
    }
    return nothing;
}

}  // namespace shopkeeper::tools
