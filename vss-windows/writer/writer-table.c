/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "writer-table.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The virtual methods of CVssWriter in the order of the Windows SDK's vswriter.h, and what the
 * compiler puts around them: a word for type information before the first, and one destructor.
 * "bool" is one byte, in the lowest eight bits of the register that returns it.
 */
typedef struct {
    const void *type_information;
    void *(*destroy)(FirnWriterObject *self, unsigned int flags);
    bool (*on_identify)(FirnWriterObject *self, IVssCreateWriterMetadata *metadata);
    bool (*on_prepare_backup)(FirnWriterObject *self, void *components);
    bool (*on_prepare_snapshot)(FirnWriterObject *self);
    bool (*on_freeze)(FirnWriterObject *self);
    bool (*on_thaw)(FirnWriterObject *self);
    bool (*on_abort)(FirnWriterObject *self);
    bool (*on_backup_complete)(FirnWriterObject *self, void *components);
    bool (*on_backup_shutdown)(FirnWriterObject *self, GUID snapshot_set);
    bool (*on_pre_restore)(FirnWriterObject *self, void *components);
    bool (*on_post_restore)(FirnWriterObject *self, void *components);
    bool (*on_post_snapshot)(FirnWriterObject *self, void *components);
    bool (*on_back_off_io)(FirnWriterObject *self, wchar_t *volume, GUID snapshot, GUID provider);
    bool (*on_continue_io)(FirnWriterObject *self, wchar_t *volume, GUID snapshot, GUID provider);
    bool (*on_vss_shutdown)(FirnWriterObject *self);
    bool (*on_application_startup)(FirnWriterObject *self);
} Table;

_Static_assert(sizeof(bool) == 1, "bool of C and of Microsoft's C++ must have the same size");
_Static_assert(sizeof(Table) == 17 * sizeof(void *), "16 methods, and a word before them");

static void *
destroy(FirnWriterObject *self, unsigned int flags)
{
    /* The object is a part of another one, which outlives it. */
    return self;
}

static bool
on_identify(FirnWriterObject *self, IVssCreateWriterMetadata *metadata)
{
    return self->calls->identify(self->data, metadata);
}

static bool
on_prepare_backup(FirnWriterObject *self, void *components)
{
    return self->calls->prepare_backup(self->data);
}

static bool
on_prepare_snapshot(FirnWriterObject *self)
{
    return self->calls->prepare_snapshot(self->data);
}

static bool
on_freeze(FirnWriterObject *self)
{
    return self->calls->freeze(self->data);
}

static bool
on_thaw(FirnWriterObject *self)
{
    return self->calls->thaw(self->data);
}

static bool
on_abort(FirnWriterObject *self)
{
    return self->calls->abort_snapshot(self->data);
}

static bool
on_backup_complete(FirnWriterObject *self, void *components)
{
    return self->calls->backup_complete(self->data);
}

static bool
on_backup_shutdown(FirnWriterObject *self, GUID snapshot_set)
{
    return self->calls->backup_shutdown(self->data, &snapshot_set);
}

static bool
agree(FirnWriterObject *self)
{
    return true;
}

static bool
agree_with_components(FirnWriterObject *self, void *components)
{
    return true;
}

static bool
agree_with_volume(FirnWriterObject *self, wchar_t *volume, GUID snapshot, GUID provider)
{
    return true;
}

static const Table table = {
    .destroy = destroy,
    .on_identify = on_identify,
    .on_prepare_backup = on_prepare_backup,
    .on_prepare_snapshot = on_prepare_snapshot,
    .on_freeze = on_freeze,
    .on_thaw = on_thaw,
    .on_abort = on_abort,
    .on_backup_complete = on_backup_complete,
    .on_backup_shutdown = on_backup_shutdown,
    .on_pre_restore = agree_with_components,
    .on_post_restore = agree_with_components,
    .on_post_snapshot = agree_with_components,
    .on_back_off_io = agree_with_volume,
    .on_continue_io = agree_with_volume,
    .on_vss_shutdown = agree,
    .on_application_startup = agree,
};

void
firn_writer_object_init(FirnWriterObject *self, const FirnWriterCalls *calls, void *data)
{
    self->table = &table.destroy;
    self->calls = calls;
    self->data = data;
}
