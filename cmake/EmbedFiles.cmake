# shopkeeper_embed(target symbol folder pattern)
#
# Compiles every file of `folder` that matches `pattern` (searched recursively, sorted by path) into
# `target` as `std::span<const base::EmbeddedFile> shopkeeper::embedded::<symbol>()`. A new file
# triggers a rebuild; the finished binary needs no data folder.
function(shopkeeper_embed target symbol folder pattern)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/${pattern}")
  list(SORT files)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${folder}" "-DPATTERN=${pattern}" "-DSYMBOL=${symbol}"
            "-DOUTPUT=${output}" -P "${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake"
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
