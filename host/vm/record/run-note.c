/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-note.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "record-schema.h"
#include "run-enums.h"

#define NANOSECONDS 1000000000

/* Large enough for a VM with some tens of disks. */
static const FirnJsonLimits limits = {1 << 20, 8 << 10, 4096, 4, 20000};

#define FIELD(name, ...)       FIRN_RECORD_FIELD(FirnRunNote, #name, name, __VA_ARGS__)
#define IMAGE_FIELD(name, ...) FIRN_RECORD_FIELD(FirnImageStamp, #name, name, __VA_ARGS__)

static void free_stamp(gpointer data);

static const FirnRecordField image_fields[] = {
    IMAGE_FIELD(path, TEXT, ALWAYS),
    IMAGE_FIELD(inode, NUMBER, ALWAYS),
    IMAGE_FIELD(size_bytes, NUMBER, ALWAYS),
    IMAGE_FIELD(changed_ns, NUMBER, ALWAYS),
};

static const FirnRecordSchema image_schema = {
    .what = "image",
    .size = sizeof(FirnImageStamp),
    .fields = image_fields,
    .n_fields = G_N_ELEMENTS(image_fields),
    .free = free_stamp,
};

static const FirnRecordField fields[] = {
    FIELD(end, NICK, ALWAYS, .type = firn_run_end_get_type),
    FIELD(has_gone_back, BOOLEAN, ALWAYS),
    FIELD(images, LIST, ALWAYS, .child = &image_schema),
};

static const FirnRecordSchema schema = {
    .what = "note",
    .size = sizeof(FirnRunNote),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
};

static void
free_stamp(gpointer data)
{
    firn_record_schema_free(&image_schema, data);
}

FirnRunNote *
firn_run_note_new(FirnRunEnd end)
{
    FirnRunNote *self = firn_record_schema_new(&schema);

    self->end = end;
    self->is_own = TRUE;
    return self;
}

void
firn_run_note_free(FirnRunNote *self)
{
    firn_record_schema_free(&schema, self);
}

static FirnImageStamp *
look_at(const char *path)
{
    FirnImageStamp *stamp;
    struct stat facts;

    if (stat(path, &facts) != 0 || !(S_ISREG(facts.st_mode) || S_ISBLK(facts.st_mode)))
        return NULL;
    stamp = g_new0(FirnImageStamp, 1);
    stamp->path = g_strdup(path);
    stamp->inode = facts.st_ino & G_MAXINT64;
    stamp->size_bytes = facts.st_size;
    /* A block device has no time; its stamp is used only by the process that made it. */
    stamp->changed_ns = S_ISBLK(facts.st_mode)
                            ? -1
                            : (gint64)facts.st_mtim.tv_sec * NANOSECONDS + facts.st_mtim.tv_nsec;
    return stamp;
}

void
firn_run_note_stamp(FirnRunNote *self, const char *const *paths)
{
    g_ptr_array_set_size(self->images, 0);
    for (const char *const *path = paths; path != NULL && *path != NULL; path++) {
        FirnImageStamp *stamp = look_at(*path);

        /* If one image has no stamp, the stamps of the others prove nothing. */
        if (stamp == NULL) {
            g_ptr_array_set_size(self->images, 0);
            return;
        }
        g_ptr_array_add(self->images, stamp);
    }
}

/* A block device has no time of its last write, so its stamp is valid only if no run can have been
 * missed. */
static gboolean
is_as_it_was(const FirnImageStamp *then, gboolean is_own)
{
    FirnImageStamp *now = look_at(then->path);
    gboolean is_same = now != NULL && now->inode == then->inode &&
                       now->size_bytes == then->size_bytes && now->changed_ns == then->changed_ns &&
                       (is_own || now->changed_ns >= 0);

    if (now != NULL)
        free_stamp(now);
    return is_same;
}

gboolean
firn_run_note_holds(const FirnRunNote *self)
{
    for (guint i = 0; i < self->images->len; i++)
        if (!is_as_it_was(self->images->pdata[i], self->is_own))
            return FALSE;
    return self->images->len > 0;
}

/* Uses the current wall clock: if the clock was set, this time and the times of later writes move
 * together. */
static gint64
get_boot_ns(void)
{
    struct timespec up;

    clock_gettime(CLOCK_BOOTTIME, &up);
    return g_get_real_time() * 1000 - ((gint64)up.tv_sec * NANOSECONDS + up.tv_nsec);
}

gboolean
firn_run_note_are_of_this_boot(const char *const *paths)
{
    gint64 boot_ns = get_boot_ns();
    guint n_files = 0;

    for (const char *const *path = paths; path != NULL && *path != NULL; path++) {
        FirnImageStamp *stamp = look_at(*path);
        gint64 changed_ns = stamp == NULL ? -1 : stamp->changed_ns;

        if (stamp != NULL)
            free_stamp(stamp);
        if (changed_ns >= 0 && changed_ns < boot_ns)
            return FALSE;
        n_files += changed_ns >= 0;
    }
    return n_files > 0;
}

static char *
file_name(const char *vm_uuid)
{
    return g_strconcat(vm_uuid, ".json", NULL);
}

gboolean
firn_run_note_write(const FirnRunNote *self,
                    FirnStateDir *directory,
                    const char *vm_uuid,
                    GError **error)
{
    g_autofree char *name = file_name(vm_uuid);
    g_autofree char *text = firn_record_schema_to_text(&schema, self);

    return firn_state_dir_replace(directory, name, text, strlen(text), error);
}

static gboolean
parse(FirnRunNote *self, const char *text, gsize length)
{
    g_autoptr(JsonNode) root =
        text == NULL ? NULL : firn_json_guard_parse(text, length, &limits, NULL);

    return root != NULL && firn_record_schema_read(&schema, self, root, NULL);
}

FirnRunNote *
firn_run_note_read(FirnStateDir *directory, const char *vm_uuid)
{
    g_autofree char *name = file_name(vm_uuid);
    g_autoptr(FirnRunNote) self = firn_run_note_new(FIRN_RUN_END_UNKNOWN);
    g_autofree char *text = NULL;
    gsize length;

    self->is_own = FALSE;
    if (firn_state_dir_read(directory, name, limits.message_bytes, &text, &length, NULL) &&
        text == NULL)
        return NULL;
    if (!parse(self, text, text == NULL ? 0 : length)) {
        self->end = FIRN_RUN_END_UNKNOWN;
        g_ptr_array_set_size(self->images, 0);
    }
    return g_steal_pointer(&self);
}
