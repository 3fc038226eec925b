#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/caller.hpp"

/// The demo shop as tables, row by row those of domain 10.1 to 10.5. Days count from the day of
/// loading, which is day 0; amounts are major units (KZT).
namespace shopkeeper::server::demo {

struct StaffRow {
    Role role;
    std::string_view name;
    std::string_view phone;
};
std::span<const StaffRow> staff();

/// Client n has the phone +7700000100n (two digits from the tenth on).
struct ClientRow {
    std::string_view name;
    std::string_view telegram_user_id;  ///< empty: not linked
};
std::span<const ClientRow> clients();

struct ItemRow {
    std::string_view name;
    std::string_view kind;
    std::string_view unit;
    std::int64_t cost;
    std::int64_t retail;
    std::int64_t min_quantity;
    std::int64_t opening;
};
std::span<const ItemRow> items();

struct ProductRow {
    std::string_view name;
    std::string_view type;
    std::int64_t price;
    bool is_featured;
    std::int64_t stems;       ///< 0: none
    std::string_view recipe;  ///< "7x2 1x12 1x14?": quantity x item, optional ones marked
    std::string_view colors;  ///< ids with blanks between them
    std::string_view occasions;
    std::string_view tags;
    std::string_view description;
};
std::span<const ProductRow> products();

/// A delivered order; its number is its place in the table.
struct OrderRow {
    int day;  ///< of the handover
    int hour;
    int client;
    char type;               ///< 'D' delivery, 'P' pickup
    std::string_view lines;  ///< "5x1+13x1": product x units
};
std::span<const OrderRow> delivered_orders();

struct QuestionRow {
    std::string_view category;
    std::string_view question;
    std::string_view answer;
};
std::span<const QuestionRow> questions();

struct ReviewRow {
    int product;  ///< 0: of the company
    int order;    ///< its number; 0: none, written the day before loading
    std::string_view author;
    int rating;
    int likes;
    int dislikes;
    std::string_view text;
};
std::span<const ReviewRow> reviews();

}  // namespace shopkeeper::server::demo
