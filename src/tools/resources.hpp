#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "mcp/resource_host.hpp"
#include "tools/registry.hpp"
#include "tools/uri_template.hpp"
#include "tools/views.hpp"

namespace shopkeeper::tools {

struct ResourceLimits {
    std::size_t page_size = 100;  ///< products on a page of resources/list
    /// Products that resources/list names one by one; some clients fetch the whole list when they
    /// start. The others are read by the template, and found by completion and by the tools.
    std::size_t listed_products_max = 1'000;
};

/// Products in the catalogue resource: as many as a page of list_products can hold.
inline constexpr int kCatalogueProductsMax = 100;

/// The shop's resources: each is a read tool under a URI, so that a resource says what the tool
/// says, to whom the tool would say it, and costs what the tool costs. Beside them stand the views.
/// Immutable after `seal`; thread-safe.
class Resources final : public mcp::ResourceHost {
public:
    /// REQUIRES: `registry` outlives this.
    explicit Resources(Registry& registry, const ResourceLimits& limits = {})
        : registry_(registry), limits_(limits) {}

    /// Reading resources/<name>.json is calling the read tool `tool` with `arguments` and, beside
    /// them, the variables of the URI, whose names are arguments of the tool.
    void add(std::string_view name, std::string_view tool, mcp::CacheHint cache,
             Json arguments = Json::object());
    /// resources/list names every product on sale by this resource. REQUIRES: its variables are
    /// shop_id and product_id.
    void list_products_by(std::string_view name) { product_resource_ = name; }

    /// Binds the files (path "<name>.json"): call at start. Throws std::logic_error when a file has
    /// no line of registration, a line no file, or a tool is not one that reads.
    void seal(std::span<const EmbeddedFile> files);

    /// What a URI names, whether it is there or not; nullopt: no resource has this form.
    struct Named {
        std::string_view name;  ///< of the resource; lives as long as this
        std::int64_t shop_id = 0;
        std::string last;  ///< the digits of the last variable
    };
    std::optional<Named> parse(std::string_view uri) const;

    /// Whether the URI template has the variable; nullopt: there is no such template.
    std::optional<bool> knows(std::string_view uri_template, std::string_view variable) const;

    // mcp::ResourceHost
    std::span<const std::string> templates() const override { return templates_; }
    mcp::HostAnswer<mcp::ResourcePage> list(std::string_view position,
                                            const mcp::Asker& asker) override;
    mcp::HostAnswer<mcp::ResourceRead> read(std::string_view uri, const mcp::Asker& asker) override;
    bool is_quick() const override { return registry_.reads_are_quick(); }

private:
    struct Resource {
        std::string name;
        std::string tool;
        mcp::CacheHint cache;
        Json arguments;
        // set by seal
        std::optional<UriTemplate> uri = std::nullopt;
        std::string uri_text = {};
        Json face = {};  ///< the MCP object without its URI
    };

    void bind(const EmbeddedFile& file);
    Resource& find(std::string_view name);
    void write_fixed(JsonWriter& out, std::int64_t shop_id) const;

    Registry& registry_;
    const ResourceLimits limits_;
    const Views views_{embedded::views()};
    std::vector<Resource> resources_;
    std::string product_resource_;
    std::vector<std::string> templates_;
};

/// All resources, bound to the files in the binary: one line a resource. Throws std::logic_error
/// (see seal). REQUIRES: the tools are registered.
void register_resources(Resources& resources);

}  // namespace shopkeeper::tools
