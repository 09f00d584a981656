/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-location.h"

FirnNvramLocation *
firn_nvram_location_new(const char *path)
{
    FirnNvramLocation *self;

    if (path == NULL || !g_path_is_absolute(path))
        return firn_nvram_location_new_obstructed(
            "neither QEMU nor a definition gives an absolute path for them");
    self = g_new0(FirnNvramLocation, 1);
    self->path = g_strdup(path);
    return self;
}

FirnNvramLocation *
firn_nvram_location_new_obstructed(const char *blocker)
{
    FirnNvramLocation *self = g_new0(FirnNvramLocation, 1);

    self->blocker = g_strdup(blocker);
    return self;
}

gboolean
firn_nvram_location_find(FirnVm *vm, FirnNvramLocation **out_place, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(vm);

    *out_place = NULL;
    return klass->find_nvram == NULL || klass->find_nvram(vm, out_place, error);
}

void
firn_nvram_location_free(FirnNvramLocation *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->blocker);
    g_free(self);
}
