/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-run-stage.h"

#include "hook-folder.h"
#include "output.h"
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>

static int
print_record(FirnRunRecord *record, bool is_well)
{
    FirnJsonText json = {0};

    firn_output_open(&json);
    firn_json_text_add_bool(&json, "ok", is_well);
    firn_run_record_write_json(record, &json, "run", FIRN_OUTCOME_UNFINISHED);
    return firn_output_print(&json) != 0 || !is_well;
}

static int
run_stage(FirnHookFolder *hooks, FirnRunRecord *record, FirnStage stage)
{
    bool is_well;

    record->started_ms = (int64_t)GetTickCount64();
    record->ignores_failures = firn_settings_ignore_failures();
    firn_hook_folder_list(hooks->folders, record);
    if (!firn_stage_may_refuse(stage))
        firn_run_record_assume_started(record);
    is_well = firn_hook_folder_run_stage(hooks, record, stage);
    return print_record(record, is_well && firn_run_record_count_failed(record, stage) == 0);
}

int
firn_command_run_stage(const char *name)
{
    FirnFolders folders;
    FirnHookFolder hooks = {.folders = &folders};
    FirnRunRecord *record;
    FirnStage stage;
    int status = 1;

    if (!firn_stage_find(name, &stage)) {
        fprintf(stderr, "firn-vss: run-stage prepare|freeze|thaw|post\n");
        return 2;
    }
    record = calloc(1, sizeof *record);
    hooks.cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (record != NULL && hooks.cancel != NULL && firn_folders_init(&folders) == ERROR_SUCCESS)
        status = run_stage(&hooks, record, stage);
    CloseHandle(hooks.cancel);
    free(record);
    return status;
}
