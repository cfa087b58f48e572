# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the sample files anew into SCRATCH and compares every generated folder of COMMITTED with it, byte by byte.
file(REMOVE_RECURSE ${SCRATCH})
execute_process(COMMAND ${PROGRAM} ${SCRATCH} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "wdm-make-samples ended with ${status}")
endif()
foreach(folder batches config corrected field formats invalid truth)
  execute_process(COMMAND diff -r -q ${COMMITTED}/${folder} ${SCRATCH}/${folder} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${folder}/ is not what wdm-make-samples writes; run it again and look at the difference")
  endif()
endforeach()
