/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-file-check.h"

#include <string.h>
#include <sys/stat.h>

#include "domain-xml.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "save-image.h"
#include "size-text.h"

#define SUFFIX ".save"

static gboolean
check_length(int file, guint64 expected, GError **error)
{
    g_autofree char *old = firn_size_text(expected);
    g_autofree char *new = NULL;
    struct stat facts = {0};

    /* An expected size of 0 means that the size was not recorded. */
    if (fstat(file, &facts) == 0 && (expected == 0 || (guint64)facts.st_size == expected))
        return TRUE;
    new = firn_size_text((guint64)facts.st_size);
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "save image: has %s, but was recorded with %s",
                new,
                old);
    return FALSE;
}

gboolean
firn_memory_file_check_one(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    FirnStateDir *directory = firn_vm_get_memory(vm);
    g_autofree char *path = NULL;
    g_auto(FirnFileDescriptor) file = -1;

    if (snapshot->memory == NULL || snapshot->memory->disk != NULL || directory == NULL)
        return TRUE;
    path = firn_save_image_path(directory, snapshot->uuid);
    file = firn_save_image_open(path, error);
    return file >= 0 && check_length(file, snapshot->memory->size_bytes, error);
}

static gboolean
is_of(FirnVm *vm, const char *path)
{
    g_autofree char *text = firn_save_image_dup_xml(path, NULL);
    g_autofree char *uuid = firn_domain_xml_dup_uuid(text);

    return uuid != NULL && g_ascii_strcasecmp(uuid, firn_vm_get_uuid(vm)) == 0;
}

GPtrArray *
firn_memory_file_check_list(FirnVm *vm)
{
    FirnStateDir *directory = firn_vm_get_memory(vm);
    g_autoptr(GPtrArray) names =
        directory == NULL ? NULL : firn_state_dir_list(directory, SUFFIX, NULL);
    GPtrArray *uuids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *uuid = g_strndup(name, strlen(name) - strlen(SUFFIX));
        g_autofree char *path = firn_save_image_path(directory, uuid);

        if (g_uuid_string_is_valid(uuid) && is_of(vm, path))
            g_ptr_array_add(uuids, g_steal_pointer(&uuid));
    }
    return uuids;
}
