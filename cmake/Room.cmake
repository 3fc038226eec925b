# shopkeeper_room(name [DEPENDS other-rooms...] [PRIVATE libraries...] [EXCEPT file])
#
# One room of ARCHITECTURE.md: every .cpp of the current folder, as a static library
# shopkeeper_<name>; a folder below with a CMakeLists.txt of its own is another room. DEPENDS are the rooms it may include; PRIVATE are outside libraries whose
# headers stay inside its .cpp files.
function(shopkeeper_room name)
  cmake_parse_arguments(ROOM "" "EXCEPT" "DEPENDS;PRIVATE;PUBLIC" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  file(GLOB rooms_below CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt")
  foreach(room IN LISTS rooms_below)
    cmake_path(GET room PARENT_PATH folder)
    list(FILTER sources EXCLUDE REGEX "^${folder}/")
  endforeach()
  if(ROOM_EXCEPT)  # a main, which tests must not link, or a target of its own
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${ROOM_EXCEPT}")
  endif()
  list(TRANSFORM ROOM_DEPENDS PREPEND shopkeeper_)
  if(NOT sources)  # headers only
    add_library(shopkeeper_${name} INTERFACE)
    target_include_directories(shopkeeper_${name} INTERFACE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(shopkeeper_${name} INTERFACE ${ROOM_DEPENDS} ${ROOM_PUBLIC})
    return()
  endif()
  add_library(shopkeeper_${name} STATIC ${sources})
  target_include_directories(shopkeeper_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(shopkeeper_${name} PUBLIC ${ROOM_DEPENDS} ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE})
endfunction()
