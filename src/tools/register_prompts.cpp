#include "tools/prompts.hpp"

namespace shopkeeper::tools {

void register_prompts(Prompts& prompts) {
    add_review_sources(prompts);
    prompts.add("compose_bouquet", Access::everyone());
    prompts.add("consult_customer", Access::everyone());
    prompts.add("draft_review_reply", Access::staff(Permission::moderate_reviews));
    prompts.add("morning_briefing", Access::staff(Permission::moderate_reviews));
    prompts.seal(embedded::prompts());
}

}  // namespace shopkeeper::tools
