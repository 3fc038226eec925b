# shopkeeper_embed(target symbol folder pattern [file...])
#
# Compiles every file of `folder` that matches `pattern` (searched recursively, sorted by path) into
# `target` as `std::span<const base::EmbeddedFile> shopkeeper::embedded::<symbol>()`. A new file
# triggers a rebuild; the finished binary needs no data folder. Files that a build step makes in
# `folder` are named one by one, since they are not there to be found before it.
function(shopkeeper_embed target symbol folder pattern)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/${pattern}")
  list(SORT files)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${folder}" "-DPATTERN=${pattern}" "-DSYMBOL=${symbol}"
            "-DOUTPUT=${output}" -P "${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake"
    DEPENDS ${files} ${ARGN} "${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake"
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

# shopkeeper_embed_views(target symbol folder)
#
# Assembles the views of `folder` (cmake/AssembleViews.cmake) and compiles them into `target` as
# shopkeeper_embed does, each as "<view>.html".
function(shopkeeper_embed_views target symbol folder)
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS "${folder}/*")
  file(GLOB views CONFIGURE_DEPENDS "${folder}/views/*.js")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}")
  list(TRANSFORM views REPLACE "^.*/([^/]+)[.]js$" "${output}/\\1.html")
  add_custom_command(
    OUTPUT ${views}
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${folder}" "-DOUTPUT=${output}"
            -P "${PROJECT_SOURCE_DIR}/cmake/AssembleViews.cmake"
    DEPENDS ${parts} "${PROJECT_SOURCE_DIR}/cmake/AssembleViews.cmake"
    COMMENT "Assembling ${symbol}"
    VERBATIM)
  shopkeeper_embed(${target} ${symbol} "${output}" "*.html" ${views})
endfunction()
