/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-file-check.h"

#include "nvram-copy.h"

gboolean
firn_nvram_file_check_one(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);
    g_autoptr(GBytes) bytes = NULL;

    if (snapshot->nvram == NULL || directory == NULL)
        return TRUE;
    bytes = firn_nvram_copy_load(directory,
                                 firn_vm_get_uuid(vm),
                                 snapshot->uuid,
                                 snapshot->nvram,
                                 error);
    return bytes != NULL;
}

GPtrArray *
firn_nvram_file_check_list(FirnVm *vm)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);

    return directory == NULL ? g_ptr_array_new_with_free_func(g_free)
                             : firn_nvram_copy_list(directory, firn_vm_get_uuid(vm));
}
