# Every outside library is found here and nowhere else; `dev` lists the Debian packages that hold them.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(date REQUIRED)          # Howard Hinnant's time zones: gcc 12 has no <chrono> ones
find_package(Boost 1.74 REQUIRED)    # headers only: Asio and Beast
find_package(PkgConfig REQUIRED)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)

# libpqxx calls libpq, which storage/libpq.cpp loads when the first PostgreSQL database is opened: so
# the archive, and of libpq only the header.
pkg_check_modules(pqxx REQUIRED libpqxx)
pkg_check_modules(pq REQUIRED libpq)
find_library(LIBPQXX_ARCHIVE libpqxx.a REQUIRED)
add_library(libpq_header INTERFACE)
target_include_directories(libpq_header SYSTEM INTERFACE ${pq_INCLUDE_DIRS})
add_library(libpqxx_archive INTERFACE)
target_include_directories(libpqxx_archive SYSTEM INTERFACE ${pqxx_INCLUDE_DIRS})
target_link_libraries(libpqxx_archive INTERFACE "${LIBPQXX_ARCHIVE}" libpq_header ${CMAKE_DL_LIBS})

# net/libcurl.cpp loads libcurl with the first outgoing request: so only the header.
pkg_check_modules(curl REQUIRED libcurl)
add_library(libcurl_header INTERFACE)
target_include_directories(libcurl_header SYSTEM INTERFACE ${curl_INCLUDE_DIRS})
target_link_libraries(libcurl_header INTERFACE ${CMAKE_DL_LIBS})

# oauth_client/libcrypto.cpp loads OpenSSL with the first key that signs: so only the header.
pkg_check_modules(crypto REQUIRED IMPORTED_TARGET libcrypto)  # tests check signatures with it
add_library(libcrypto_header INTERFACE)
target_include_directories(libcrypto_header SYSTEM INTERFACE ${crypto_INCLUDE_DIRS})
target_link_libraries(libcrypto_header INTERFACE ${CMAKE_DL_LIBS})

# oauth/libcjose.cpp loads libcjose with the first token of another authorization server: only the header.
find_path(CJOSE_INCLUDE_DIR cjose/cjose.h REQUIRED)
add_library(cjose_header INTERFACE)
target_include_directories(cjose_header SYSTEM INTERFACE "${CJOSE_INCLUDE_DIR}")
target_link_libraries(cjose_header INTERFACE ${CMAKE_DL_LIBS})

# The archive, so that a process that shows no page loads no library for them.
find_path(CTEMPLATE_INCLUDE_DIR ctemplate/template.h REQUIRED)
find_library(CTEMPLATE_ARCHIVE libctemplate.a REQUIRED)
add_library(ctemplate_archive INTERFACE)
target_include_directories(ctemplate_archive SYSTEM INTERFACE "${CTEMPLATE_INCLUDE_DIR}")
target_link_libraries(ctemplate_archive INTERFACE "${CTEMPLATE_ARCHIVE}" Threads::Threads)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
find_package(ZLIB REQUIRED)          # reads the trade that ./dev prove replays
find_library(STEMMER_LIBRARY stemmer REQUIRED)

# ccache makes a second build of anything quick; a machine without it builds all the same.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# mold and lld link a test binary in a fraction of the default linker's time.
find_program(MOLD_PROGRAM mold)
find_program(LLD_PROGRAM ld.lld)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
elseif(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()
