/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-place.h"

FirnNvramPlace *
firn_nvram_place_new(const char *path)
{
    FirnNvramPlace *self;

    if (path == NULL || !g_path_is_absolute(path))
        return firn_nvram_place_new_obstructed(
            "neither QEMU nor a definition gives an absolute path for them");
    self = g_new0(FirnNvramPlace, 1);
    self->path = g_strdup(path);
    return self;
}

FirnNvramPlace *
firn_nvram_place_new_obstructed(const char *obstacle)
{
    FirnNvramPlace *self = g_new0(FirnNvramPlace, 1);

    self->obstacle = g_strdup(obstacle);
    return self;
}

gboolean
firn_nvram_place_find(FirnVm *vm, FirnNvramPlace **out_place, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(vm);

    *out_place = NULL;
    return klass->find_nvram == NULL || klass->find_nvram(vm, out_place, error);
}

void
firn_nvram_place_free(FirnNvramPlace *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->obstacle);
    g_free(self);
}
