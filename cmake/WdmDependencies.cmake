# SPDX-License-Identifier: GPL-3.0-or-later
# Third-party libraries, all Debian packages; script/bootstrap installs them. See docs/adr for why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl>=2.7)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CONFIG REQUIRED IMPORTED_TARGET libconfig)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)

find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(wdm_libcsv INTERFACE)
target_include_directories(wdm_libcsv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})
target_link_libraries(wdm_libcsv INTERFACE ${CSV_LIBRARY})
