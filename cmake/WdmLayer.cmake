# SPDX-License-Identifier: GPL-3.0-or-later
# wdm_layer(NAME <name> USES <layers left of it> LIBS <third-party targets>)
#
# One static library wdm_<name> from lib/<name>/*.c. Headers are included as "<layer>/<file>.h". Each layer's headers are
# reachable only through a folder of its own in the build tree that holds one link, so that an include from a layer that
# is not listed in USES does not build. There is no other include path into lib/.
function(wdm_layer)
  cmake_parse_arguments(L "" "NAME" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  set(gate ${CMAKE_BINARY_DIR}/layers/${L_NAME})
  file(MAKE_DIRECTORY ${gate})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${gate}/${L_NAME} SYMBOLIC)
  add_library(wdm_${L_NAME} STATIC ${sources})
  target_include_directories(wdm_${L_NAME} PUBLIC ${gate})
  list(TRANSFORM L_USES PREPEND wdm_ OUTPUT_VARIABLE uses)
  target_link_libraries(wdm_${L_NAME} PUBLIC ${uses} PRIVATE wdm_compiler ${L_LIBS})
endfunction()
