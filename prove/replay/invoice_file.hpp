#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shopkeeper::prove {

/// One line of an invoice, as the file has it.
struct InvoiceRow {
    std::string invoice;  ///< begins with C: a cancellation or return
    std::string code;     ///< in capitals: the file writes a few codes both ways
    std::string description;
    std::int64_t quantity = 0;
    std::string date;  ///< "2010-12-01"
    int minute = 0;    ///< of the day
    int second = 0;
    std::int64_t price_minor = 0;   ///< of a piece, in pence
    bool is_price_in_minor = true;  ///< false: the price has fractions of a penny
    std::string customer;           ///< empty: unknown
    std::string country;

    bool is_return() const { return invoice.starts_with('C'); }
};

/// The rows of a file with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate,
/// UnitPrice, CustomerID, Country; gzip or plain. Throws std::runtime_error naming the file and the
/// line that it cannot read.
std::vector<InvoiceRow> read_invoices(const std::filesystem::path& path);

}  // namespace shopkeeper::prove
