/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-backup-type.h"

#include "event-log.h"
#include "output.h"
#include "settings.h"
#include "vss-code.h"

#include <stdio.h>
#include <string.h>

/* Adds the registry's value and what qemu-ga makes of it, if it is new enough to read it. */
static void
add_option(FirnJsonText *json, const char *key)
{
    uint32_t option = 0;
    bool has_option = firn_settings_get_backup_option(&option) == ERROR_SUCCESS;

    firn_json_text_open(json, key, '{');
    if (has_option)
        firn_json_text_add_number(json, "option", option);
    else
        firn_json_text_add_string(json, "option", NULL);
    firn_json_text_add_string(
        json,
        "type",
        firn_backup_type_name(firn_backup_type_for_option(has_option, option)));
    firn_json_text_close(json, '}');
}

int
firn_command_get_backup_type(void)
{
    FirnJsonText json = {0};

    firn_output_open(&json);
    add_option(&json, "current");
    return firn_output_print(&json);
}

int
firn_command_set_backup_type(const char *name)
{
    bool is_full = strcmp(name, "full") == 0;
    FirnJsonText json = {0};
    DWORD error;

    if (!is_full && strcmp(name, "copy") != 0) {
        fprintf(stderr, "firn-vss: backup-type set copy|full\n");
        return 2;
    }
    firn_output_open(&json);
    add_option(&json, "previous");
    error = firn_settings_set_backup_option(is_full ? FIRN_BACKUP_FULL : FIRN_BACKUP_COPY);
    if (error == ERROR_SUCCESS && is_full)
        firn_event_log_report_full();
    add_option(&json, "current");
    firn_json_text_add_number(&json, "error", error);
    return firn_output_print(&json) != 0 || error != ERROR_SUCCESS;
}
