#include "storage/wall.hpp"

namespace shopkeeper::storage {

std::string_view word(Wall::Strength strength) {
    switch (strength) {
        case Wall::Strength::none:
            return "none";
        case Wall::Strength::rows:
            return "rows";
        case Wall::Strength::whole:
            break;
    }
    return "whole";
}

}  // namespace shopkeeper::storage
