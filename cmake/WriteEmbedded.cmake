# The build step of shopkeeper_embed: writes one .cpp that holds the files as byte arrays. Bytes and
# not string literals: no content needs escaping and no length limit of a literal applies.
file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/${PATTERN}")
list(SORT files)
set(arrays "")
set(entries "")
set(index 0)
foreach(file IN LISTS files)
  file(READ "${FOLDER}/${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char kFile${index}[] = {${bytes}'\\0'};\n")
  string(APPEND entries "    {\"${file}\", {kFile${index}, sizeof kFile${index} - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Written by cmake/WriteEmbedded.cmake.
#include \"base/embedded.hpp\"

#include <array>

namespace shopkeeper::embedded {
namespace {
${arrays}
constexpr std::array<EmbeddedFile, ${index}> kFiles{{
${entries}}};
}  // namespace

std::span<const EmbeddedFile> ${SYMBOL}() { return kFiles; }

}  // namespace shopkeeper::embedded
")
