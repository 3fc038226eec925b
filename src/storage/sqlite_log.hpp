#pragma once

namespace shopkeeper::storage {

/// The name of a way into the file system for SQLite that writes the log of a commit in one piece.
///
/// SQLite hands its log over page by page, each in two writes: an order of a shop is some sixty
/// calls of the system. They follow each other without a gap, and nobody reads what is not
/// synchronised yet: so they are gathered here until SQLite asks to synchronise, or to do anything
/// else with the log. What cannot be written is told then, and SQLite rolls back as it would have.
///
/// REQUIRES, of every connection that is opened with it: PRAGMA synchronous = FULL. Under less a
/// commit is shown to other connections before it is synchronised. Thread-safe.
const char* gathering_vfs();

}  // namespace shopkeeper::storage
