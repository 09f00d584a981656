/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-copy.h"

#include <string.h>

#include "engine-error.h"
#include "nvram-file.h"

#define SUFFIX      ".nvram"
#define UUID_LENGTH 36

char *
firn_nvram_copy_file_name(const char *vm_uuid, const char *uuid)
{
    return g_strconcat(vm_uuid, ".", uuid, SUFFIX, NULL);
}

gboolean
firn_nvram_copy_keep(FirnStateDir *directory,
                     const char *vm_uuid,
                     const char *uuid,
                     GBytes *bytes,
                     GError **error)
{
    g_autofree char *name = firn_nvram_copy_file_name(vm_uuid, uuid);
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);

    return firn_state_dir_replace(directory, name, data, length, error);
}

gboolean
firn_nvram_copy_has(FirnStateDir *directory, const char *vm_uuid, const char *uuid)
{
    g_autofree char *name = firn_nvram_copy_file_name(vm_uuid, uuid);

    return firn_state_dir_has(directory, name);
}

GBytes *
firn_nvram_copy_load(FirnStateDir *directory,
                     const char *vm_uuid,
                     const char *uuid,
                     const FirnNvramRecord *record,
                     GError **error)
{
    g_autofree char *name = firn_nvram_copy_file_name(vm_uuid, uuid);
    g_autoptr(GBytes) bytes = NULL;
    char *text;
    gsize length;

    if (!firn_state_dir_read(directory, name, FIRN_NVRAM_BYTES_MAX, &text, &length, error))
        return NULL;
    if (text == NULL) {
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_NOT_FOUND,
                    "the copy of its UEFI variables is missing (%s/%s)",
                    firn_state_dir_get_path(directory),
                    name);
        return NULL;
    }
    bytes = g_bytes_new_take(text, length);
    if (firn_nvram_record_fits(record, bytes))
        return g_steal_pointer(&bytes);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "the copy of its UEFI variables does not match the record (%s/%s)",
                firn_state_dir_get_path(directory),
                name);
    return NULL;
}

gboolean
firn_nvram_copy_remove(FirnStateDir *directory,
                       const char *vm_uuid,
                       const char *uuid,
                       GError **error)
{
    g_autofree char *name = firn_nvram_copy_file_name(vm_uuid, uuid);

    return firn_state_dir_remove(directory, name, error);
}

GPtrArray *
firn_nvram_copy_list(FirnStateDir *directory, const char *vm_uuid)
{
    g_autoptr(GPtrArray) names = firn_state_dir_list(directory, SUFFIX, NULL);
    g_autofree char *prefix = g_strconcat(vm_uuid, ".", NULL);
    GPtrArray *uuids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *uuid = NULL;

        if (!g_str_has_prefix(name, prefix) ||
            strlen(name) != strlen(prefix) + UUID_LENGTH + strlen(SUFFIX))
            continue;
        uuid = g_strndup(name + strlen(prefix), UUID_LENGTH);
        if (g_uuid_string_is_valid(uuid))
            g_ptr_array_add(uuids, g_steal_pointer(&uuid));
    }
    return uuids;
}
