/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-device.h"

#include <string.h>

#include "block-file.h"
#include "json-read.h"
#include "qmp-error.h"

static void
free_image_snapshot(gpointer data)
{
    FirnImageSnapshot *self = data;

    g_free(self->id);
    g_free(self->tag);
    g_free(self);
}

static void
free_block_device(gpointer data)
{
    FirnBlockDevice *self = data;

    g_free(self->device);
    g_free(self->qdev);
    g_free(self->node_name);
    g_free(self->driver);
    g_free(self->filter);
    g_free(self->path);
    g_free(self->other);
    g_free(self->backing_path);
    g_strfreev(self->bitmaps);
    g_ptr_array_unref(self->snapshots);
    g_free(self);
}

static gint64
read_clock(JsonObject *object)
{
    gint64 seconds = firn_json_read_int(object, "vm-clock-sec", 0);
    gint64 clock_ns = firn_json_read_int(object, "vm-clock-nsec", 0);

    /* A forged table may contain any number. */
    return CLAMP(seconds, 0, G_MAXINT32) * G_GINT64_CONSTANT(1000000000) +
           CLAMP(clock_ns, 0, G_MAXINT32);
}

GPtrArray *
firn_image_snapshots_parse(JsonArray *array)
{
    GPtrArray *snapshots = g_ptr_array_new_with_free_func(free_image_snapshot);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *object = firn_json_read_element(array, i);
        FirnImageSnapshot *snapshot = g_new0(FirnImageSnapshot, 1);

        snapshot->id = g_strdup(firn_json_read_text(object, "id"));
        snapshot->tag = g_strdup(firn_json_read_text(object, "name"));
        snapshot->created_s = firn_json_read_int(object, "date-sec", 0);
        snapshot->clock_ns = read_clock(object);
        snapshot->vm_state_bytes = firn_json_read_int(object, "vm-state-size", 0);
        g_ptr_array_add(snapshots, snapshot);
    }
    return snapshots;
}

static gboolean
has_io_error(JsonObject *info)
{
    const char *status = firn_json_read_string(info, "io-status");

    return status != NULL && g_strcmp0(status, "ok") != 0;
}

/* Bitmaps that are not persistent belong to a running backup and end with it or with QEMU. */
static GStrv
read_bitmaps(JsonObject *inserted)
{
    JsonArray *bitmaps = firn_json_read_array(inserted, "dirty-bitmaps");
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (guint i = 0; bitmaps != NULL && i < json_array_get_length(bitmaps); i++) {
        JsonObject *bitmap = firn_json_read_element(bitmaps, i);
        const char *name = firn_json_read_string(bitmap, "name");

        if (name != NULL && firn_json_read_boolean(bitmap, "persistent", FALSE))
            g_strv_builder_add(names, name);
    }
    return g_strv_builder_end(names);
}

/* "/machine/system.flash1" on a PC, "/machine/virt.flash1" on others, whatever option made it. */
static gboolean
is_flash(const char *qdev)
{
    const char *dot = qdev == NULL ? NULL : strrchr(qdev, '.');

    return dot != NULL && g_str_has_prefix(qdev, "/machine/") && strchr(dot, '/') == NULL &&
           g_str_has_prefix(dot, ".flash");
}

/* libvirt 11 and later adds no format node to a raw image. */
static const char *
get_format(const char *driver)
{
    static const char *const files[] = {"file", "host_device", NULL};

    return driver != NULL && g_strv_contains(files, driver) ? "raw" : driver;
}

static void
read_file(FirnBlockDevice *self, JsonObject *inserted)
{
    FirnBlockFile file;

    firn_block_file_read(&file, firn_json_read_string(inserted, "file"));
    self->driver = g_strdup(get_format(file.filter != NULL && file.driver != NULL
                                           ? file.driver
                                           : firn_json_read_string(inserted, "drv")));
    self->filter = g_steal_pointer(&file.filter);
    self->path = g_steal_pointer(&file.path);
    self->other = g_steal_pointer(&file.other);
    self->is_relative = file.is_relative;
    firn_block_file_clear(&file);
}

static FirnBlockDevice *
read_device(JsonObject *info, JsonObject *inserted)
{
    FirnBlockDevice *self = g_new0(FirnBlockDevice, 1);
    JsonObject *image = firn_json_read_object(inserted, "image");

    self->device = g_strdup(firn_json_read_text(info, "device"));
    self->qdev = g_strdup(firn_json_read_string(info, "qdev"));
    self->node_name = g_strdup(firn_json_read_string(inserted, "node-name"));
    read_file(self, inserted);
    self->backing_path = g_strdup(firn_json_read_string(inserted, "backing_file"));
    self->size_bytes = firn_json_read_int(image, "virtual-size", 0);
    self->is_writable = !firn_json_read_boolean(inserted, "ro", FALSE);
    /* QEMU also reports drives without a guest device as removable. */
    self->is_removable = self->qdev != NULL && firn_json_read_boolean(info, "removable", FALSE);
    self->is_flash = is_flash(self->qdev);
    self->bitmaps = read_bitmaps(inserted);
    self->has_io_error = has_io_error(info);
    self->snapshots = firn_image_snapshots_parse(firn_json_read_array(image, "snapshots"));
    return self;
}

static gpointer
refuse(const char *command, GError **error)
{
    g_set_error(error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_MALFORMED,
                "%s: the reply is not of the documented form",
                command);
    return NULL;
}

GPtrArray *
firn_block_devices_query(FirnChannel *monitor,
                         guint deadline_ms,
                         GCancellable *cancellable,
                         GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-block", NULL, deadline_ms, cancellable, error);
    g_autoptr(GPtrArray) devices = g_ptr_array_new_with_free_func(free_block_device);
    JsonArray *array;

    if (reply == NULL)
        return NULL;
    if (!JSON_NODE_HOLDS_ARRAY(reply))
        return refuse("query-block", error);
    array = json_node_get_array(reply);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonObject *info = firn_json_read_element(array, i);
        JsonObject *inserted = firn_json_read_object(info, "inserted");

        if (inserted == NULL)
            continue;
        if (firn_json_read_string(inserted, "node-name") == NULL ||
            firn_json_read_string(inserted, "drv") == NULL)
            return refuse("query-block", error);
        g_ptr_array_add(devices, read_device(info, inserted));
    }
    return g_steal_pointer(&devices);
}

/* Since QEMU 3.0, query-jobs includes all block jobs. */
static gboolean
list_jobs(FirnChannel *monitor,
          guint deadline_ms,
          GCancellable *cancellable,
          GStrvBuilder *words,
          GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-jobs", NULL, deadline_ms, cancellable, error);
    JsonArray *array;

    if (reply == NULL)
        return FALSE;
    if (!JSON_NODE_HOLDS_ARRAY(reply))
        return refuse("query-jobs", error) != NULL;
    array = json_node_get_array(reply);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonObject *job = firn_json_read_element(array, i);
        const char *status = firn_json_read_string(job, "status");
        g_autofree char *word = g_strdup_printf("%s job \"%s\"",
                                                firn_json_read_text(job, "type"),
                                                firn_json_read_text(job, "id"));

        if (g_strcmp0(status, "concluded") != 0)
            g_strv_builder_add(words, word);
    }
    return TRUE;
}

static gboolean
list_migration(FirnChannel *monitor,
               guint deadline_ms,
               GCancellable *cancellable,
               GStrvBuilder *words,
               GError **error)
{
    static const char *const quiet[] = {"none", "completed", "failed", "cancelled", NULL};
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-migrate", NULL, deadline_ms, cancellable, error);
    const char *status;
    g_autofree char *word = NULL;

    if (reply == NULL)
        return FALSE;
    if (!JSON_NODE_HOLDS_OBJECT(reply))
        return refuse("query-migrate", error) != NULL;
    status = firn_json_read_string(json_node_get_object(reply), "status");
    if (status == NULL || g_strv_contains(quiet, status))
        return TRUE;
    word = g_strdup_printf("migration (%s)", status);
    g_strv_builder_add(words, word);
    return TRUE;
}

GStrv
firn_block_jobs_query(FirnChannel *monitor,
                      guint deadline_ms,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    if (!list_jobs(monitor, deadline_ms, cancellable, words, error) ||
        !list_migration(monitor, deadline_ms, cancellable, words, error))
        return NULL;
    return g_strv_builder_end(words);
}
