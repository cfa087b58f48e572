#include "stage.h"
extern const wdm_stage wdm_stage_report_weak;
__attribute__((weak))
const wdm_stage wdm_stage_report = {.name = "report", .usage = "", .summary = "", .details = ""};
