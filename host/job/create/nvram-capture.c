/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nvram-capture.h"

#include "indication.h"
#include "nvram-copy.h"
#include "nvram-file.h"
#include "nvram-location.h"

static char *
find_blocker(FirnVm *vm, const FirnNvramLocation *place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;

    if (place->blocker != NULL)
        return g_strdup(place->blocker);
    if (firn_vm_get_nvram(vm) == NULL)
        return g_strdup("this firnd does not save UEFI variables");
    bytes = firn_nvram_file_read(place->path, &error);
    return bytes != NULL ? NULL : g_strdup(error->message);
}

FirnNvramCapture *
firn_nvram_capture_look(FirnVm *vm, FirnEvidence *evidence)
{
    g_autoptr(FirnNvramCapture) self = g_new0(FirnNvramCapture, 1);
    g_autoptr(FirnNvramLocation) place = NULL;
    g_autoptr(GError) error = NULL;

    self->vm = vm;
    if (!firn_nvram_location_find(vm, &place, &error))
        self->blocker = g_strdup(error->message);
    else if (place == NULL)
        return NULL;
    else
        self->blocker = find_blocker(vm, place);
    if (self->blocker != NULL)
        firn_evidence_indicate(evidence, FIRN_INDICATION_NVRAM_LEFT_OUT);
    else
        self->path = g_strdup(place->path);
    return g_steal_pointer(&self);
}

static gboolean
read_into(FirnNvramCapture *self, GBytes **bytes, GError **error)
{
    g_clear_pointer(bytes, g_bytes_unref);
    *bytes = firn_nvram_file_read(self->path, error);
    if (*bytes == NULL)
        g_prefix_error(error, "UEFI variables: ");
    return *bytes != NULL;
}

gboolean
firn_nvram_capture_before(FirnNvramCapture *self, GError **error)
{
    return self == NULL || self->path == NULL || read_into(self, &self->before, error);
}

gboolean
firn_nvram_capture_still(FirnNvramCapture *self, GError **error)
{
    return self == NULL || self->path == NULL || read_into(self, &self->still, error);
}

/* Chooses the variables of the cut or, if it is unknown whether they changed around it, those after
 * it. */
static GBytes *
choose(FirnNvramCapture *self, FirnEvidence *evidence, GError **error)
{
    g_autoptr(GBytes) after = NULL;

    if (self->still != NULL)
        return g_bytes_ref(self->still);
    if (!read_into(self, &after, error))
        return NULL;
    if (self->before == NULL || !g_bytes_equal(self->before, after))
        firn_evidence_indicate(evidence, FIRN_INDICATION_NVRAM_CHANGING);
    return g_steal_pointer(&after);
}

gboolean
firn_nvram_capture_keep(FirnNvramCapture *self, FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (self == NULL || self->path == NULL)
        return TRUE;
    bytes = choose(self, snapshot->evidence, error);
    if (bytes == NULL)
        return FALSE;
    if (!firn_nvram_copy_keep(firn_vm_get_nvram(self->vm),
                              firn_vm_get_uuid(self->vm),
                              snapshot->uuid,
                              bytes,
                              error))
        return FALSE;
    firn_nvram_record_free(snapshot->nvram);
    snapshot->nvram = firn_nvram_record_new(self->path);
    firn_nvram_record_measure(snapshot->nvram, bytes);
    return TRUE;
}

void
firn_nvram_capture_free(FirnNvramCapture *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->blocker);
    g_clear_pointer(&self->before, g_bytes_unref);
    g_clear_pointer(&self->still, g_bytes_unref);
    g_free(self);
}
