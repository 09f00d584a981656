/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-check.h"

#include "hook-folder.h"
#include "output.h"
#include "service-state.h"
#include "settings.h"
#include "vss-code.h"

#include <stdlib.h>
#include <wchar.h>

static void
add_services(FirnJsonText *json)
{
    firn_json_text_open(json, "services", '{');
    firn_json_text_add_string(json, "firn_vss", firn_service_state_get(FIRN_SERVICE_NAME));
    firn_json_text_add_string(json, "qemu_ga", firn_service_state_get(FIRN_AGENT_NAME));
    firn_json_text_add_string(json, "qemu_ga_provider", firn_service_state_get(FIRN_PROVIDER_NAME));
    firn_json_text_add_string(json, "vss", firn_service_state_get(FIRN_VSS_SERVICE_NAME));
    firn_json_text_close(json, '}');
}

static void
add_backup_type(FirnJsonText *json)
{
    uint32_t option = 0;
    bool has_option = firn_settings_get_backup_option(&option) == ERROR_SUCCESS;

    firn_json_text_add_string(
        json,
        "backup_type",
        firn_backup_type_name(firn_backup_type_for_option(has_option, option)));
}

static void
add_hooks(FirnJsonText *json)
{
    FirnRunRecord *record = calloc(1, sizeof *record);
    FirnFolders folders;

    if (record == NULL || firn_folders_init(&folders) != ERROR_SUCCESS) {
        free(record);
        return;
    }
    firn_hook_folder_list(&folders, record);
    firn_json_text_open(json, "hooks", '[');
    for (size_t i = 0; i < record->n_hooks; i++)
        firn_json_text_add_string(json, NULL, record->hooks[i].name);
    firn_json_text_close(json, ']');
    firn_json_text_add_string(json,
                              "hooks_refused",
                              record->refusal[0] != '\0' ? record->refusal : NULL);
    free(record);
}

static void
add_volume(FirnJsonText *json, const wchar_t *volume)
{
    wchar_t kind[64] = L"";
    char text[256];
    bool can_freeze;

    if (GetDriveTypeW(volume) != DRIVE_FIXED)
        return;
    GetVolumeInformationW(volume, NULL, 0, NULL, NULL, NULL, kind, 64);
    can_freeze = wcscmp(kind, L"NTFS") == 0 || wcscmp(kind, L"ReFS") == 0;
    firn_json_text_open(json, NULL, '{');
    firn_text_narrow(volume, text, sizeof text);
    firn_json_text_add_string(json, "volume", text);
    firn_text_narrow(kind, text, sizeof text);
    firn_json_text_add_string(json, "file_system", text);
    firn_json_text_add_bool(json, "can_freeze", can_freeze);
    firn_json_text_close(json, '}');
}

static void
add_volumes(FirnJsonText *json)
{
    wchar_t volume[FIRN_PATH_SIZE];
    HANDLE search = FindFirstVolumeW(volume, FIRN_PATH_SIZE);

    firn_json_text_open(json, "volumes", '[');
    if (search != INVALID_HANDLE_VALUE) {
        do {
            add_volume(json, volume);
        } while (FindNextVolumeW(search, volume, FIRN_PATH_SIZE));
        FindVolumeClose(search);
    }
    firn_json_text_close(json, ']');
}

int
firn_command_check(void)
{
    FirnJsonText json = {0};

    firn_output_open(&json);
    firn_json_text_add_string(&json, "program", FIRN_VERSION);
    add_services(&json);
    add_backup_type(&json);
    add_hooks(&json);
    add_volumes(&json);
    return firn_output_print(&json);
}
