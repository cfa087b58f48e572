# SPDX-License-Identifier: GPL-3.0-or-later
# C17, POSIX 2008, warnings as errors on gcc and clang, hardened release flags. Never -ffast-math: it breaks isnan.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(wdm_compiler INTERFACE)
target_compile_definitions(wdm_compiler INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
target_compile_options(wdm_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion -Wformat=2 -Wstrict-prototypes
  -Wmissing-prototypes -Wcast-qual -Wvla -Wundef -Wnull-dereference -Wimplicit-fallthrough
  -fstack-protector-strong -ffp-contract=off)
target_compile_options(wdm_compiler INTERFACE $<$<BOOL:${WDM_WERROR}>:-Werror>)
if(WDM_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "WDM_FUZZ needs clang: -DCMAKE_C_COMPILER=clang")
  endif()
  target_compile_options(wdm_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WDM_SANITIZE OR WDM_FUZZ)
  target_compile_options(wdm_compiler INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
                                                -fno-sanitize-recover=undefined)
  target_link_options(wdm_compiler INTERFACE -fsanitize=address,undefined)
else()
  target_compile_definitions(wdm_compiler INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
target_link_options(wdm_compiler INTERFACE -Wl,-z,relro,-z,now)
