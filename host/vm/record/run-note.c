/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-note.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "json-guard.h"
#include "json-write.h"
#include "strict-json.h"

#define NANOSECONDS 1000000000

/* Large enough for a VM with some tens of disks. */
static const FirnJsonLimits limits = {1 << 20, 8 << 10, 4096, 4, 20000};

static const char *const members[] = {"end", "has_gone_back", "images", NULL};
static const char *const image_members[] = {"path", "inode", "size_bytes", "changed_ns", NULL};

static void
free_stamp(gpointer data)
{
    FirnImageStamp *stamp = data;

    g_free(stamp->path);
    g_free(stamp);
}

FirnRunNote *
firn_run_note_new(FirnRunEnd end)
{
    FirnRunNote *self = g_new0(FirnRunNote, 1);

    self->end = end;
    self->is_own = TRUE;
    self->images = g_ptr_array_new_with_free_func(free_stamp);
    return self;
}

void
firn_run_note_free(FirnRunNote *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->images);
    g_free(self);
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
    stamp->inode = facts.st_ino;
    stamp->size_bytes = facts.st_size;
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

static char *
to_text(const FirnRunNote *self)
{
    g_autoptr(JsonObject) root = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonArray *images = json_array_new();

    for (guint i = 0; i < self->images->len; i++) {
        const FirnImageStamp *stamp = self->images->pdata[i];
        JsonObject *object = json_object_new();

        /* A block device has no time; its stamp is used only by the process that made it. */
        json_object_set_string_member(object, "path", stamp->path);
        json_object_set_int_member(object, "inode", (gint64)(stamp->inode & G_MAXINT64));
        json_object_set_int_member(object, "size_bytes", stamp->size_bytes);
        json_object_set_int_member(object, "changed_ns", MAX(stamp->changed_ns, 0));
        json_array_add_object_element(images, object);
    }
    json_object_set_string_member(root, "end", firn_run_end_to_word(self->end));
    json_object_set_boolean_member(root, "has_gone_back", self->has_gone_back);
    json_object_set_array_member(root, "images", images);
    json_node_set_object(node, root);
    return firn_json_write(node, TRUE);
}

gboolean
firn_run_note_write(const FirnRunNote *self,
                    FirnStateDir *directory,
                    const char *vm_uuid,
                    GError **error)
{
    g_autofree char *name = file_name(vm_uuid);
    g_autofree char *text = to_text(self);

    return firn_state_dir_replace(directory, name, text, strlen(text), error);
}

static gboolean
read_image(FirnRunNote *self, JsonNode *node)
{
    JsonObject *object = firn_strict_json_object(node, "image", image_members, NULL);
    g_autofree char *path = NULL;
    gint64 inode, size_bytes, changed_ns;
    FirnImageStamp *stamp;

    if (object == NULL || !firn_strict_json_string(object, "path", &path, NULL) ||
        !firn_strict_json_integer(object, "inode", G_MAXINT64, &inode, NULL) ||
        !firn_strict_json_integer(object, "size_bytes", G_MAXINT64, &size_bytes, NULL) ||
        !firn_strict_json_integer(object, "changed_ns", G_MAXINT64, &changed_ns, NULL))
        return FALSE;
    stamp = g_new0(FirnImageStamp, 1);
    *stamp = (FirnImageStamp){g_steal_pointer(&path), (guint64)inode, size_bytes, changed_ns};
    g_ptr_array_add(self->images, stamp);
    return TRUE;
}

static gboolean
read_members(FirnRunNote *self, JsonObject *root)
{
    g_autofree char *word = NULL;
    JsonArray *images;

    if (root == NULL || !firn_strict_json_string(root, "end", &word, NULL) ||
        !firn_run_end_from_word(word, &self->end) ||
        !firn_strict_json_boolean(root, "has_gone_back", &self->has_gone_back, NULL))
        return FALSE;
    images = firn_strict_json_array(root, "images", NULL);
    for (guint i = 0; images != NULL && i < json_array_get_length(images); i++)
        if (!read_image(self, json_array_get_element(images, i)))
            return FALSE;
    return images != NULL;
}

static gboolean
parse(FirnRunNote *self, const char *text, gsize length)
{
    g_autoptr(JsonNode) root =
        text == NULL ? NULL : firn_json_guard_parse(text, length, &limits, NULL);

    return root != NULL && read_members(self, firn_strict_json_object(root, "note", members, NULL));
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
