# Warnings and sanitizers for every target of ours (libraries are included as system headers).
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wcast-align -Wunused -Wduplicated-cond -Wlogical-op -Wextra-semi -Wimplicit-fallthrough)
if(SHOPKEEPER_FUZZ)  # clang, which knows other warnings
  add_compile_options(-fsanitize=fuzzer-no-link -Wno-unknown-warning-option)
endif()
# A member that a designated initialiser leaves out has its documented default; that is their use.
add_compile_options(-Wno-missing-field-initializers)
if(SHOPKEEPER_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
if(SHOPKEEPER_SANITIZE)
  add_compile_options(-fsanitize=${SHOPKEEPER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SHOPKEEPER_SANITIZE})
  # gcc's sanitizer instrumentation loses track of values that are plainly set and warns about them.
  add_compile_options(-Wno-maybe-uninitialized)
endif()
# Full debug information doubles build and link time and serves nobody who is not in a debugger.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
