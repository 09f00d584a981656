/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-status.h"

#include "folders.h"
#include "output.h"
#include "run-file.h"
#include "service-state.h"
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>

int
firn_command_status(void)
{
    FirnFolders folders;
    FirnJsonText json = {0};
    char *last_run = NULL;
    DWORD error = firn_folders_init(&folders);

    if (error != ERROR_SUCCESS) {
        fprintf(stderr, "firn-vss: ProgramData cannot be found: error %lu\n", error);
        return 1;
    }
    last_run = firn_run_file_load(&folders);
    firn_output_open(&json);
    firn_json_text_add_string(&json, "program", FIRN_VERSION);
    firn_json_text_add_string(&json, "service", firn_service_state_get(FIRN_SERVICE_NAME));
    firn_json_text_add_number(&json, "uptime_ms", (int64_t)GetTickCount64());
    firn_json_text_add_bool(&json, "quiesced", firn_run_file_is_quiesced(&folders));
    firn_json_text_add_json(&json, "last_run", last_run);
    free(last_run);
    return firn_output_print(&json);
}
