/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-file.h"

#include <pwd.h>
#include <string.h>

#include "disk.h"
#include "host-error.h"
#include "trusted-file.h"

#define NAMES_BYTES 16384

static gboolean refuse(const char *path, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
refuse(const char *path, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    return firn_host_error_set(error, FIRN_HOST_ERROR_INVALID_ARGUMENT, "%s: %s", path, text);
}

static gboolean
check_keys(GKeyFile *file, const char *path, GError **error)
{
    static const char *const known[] = {"uuid", "qmp", "agent", "user", "launch", "nvram", NULL};
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    g_auto(GStrv) keys = g_key_file_get_keys(file, "machine", NULL, NULL);

    for (GStrv group = groups; *group != NULL; group++)
        if (!g_str_equal(*group, "machine") && !g_str_equal(*group, "disks"))
            return refuse(path, error, "unknown group [%s]: expected [machine] or [disks]", *group);
    for (GStrv key = keys; key != NULL && *key != NULL; key++)
        if (!g_strv_contains(known, *key))
            return refuse(path,
                          error,
                          "unknown key \"%s\": expected uuid, qmp, agent, user, launch or nvram",
                          *key);
    return TRUE;
}

static gboolean
read_path(GKeyFile *file, const char *key, const char *path, char **out_path, GError **error)
{
    g_autofree char *value = g_key_file_get_string(file, "machine", key, NULL);

    if (value != NULL && !g_path_is_absolute(value))
        return refuse(path, error, "%s=%s: not an absolute path", key, value);
    *out_path = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
read_user(FirnMachineFile *self, GKeyFile *file, const char *path, GError **error)
{
    g_autofree char *value = g_key_file_get_string(file, "machine", "user", NULL);
    g_autofree char *names = g_malloc(NAMES_BYTES);
    struct passwd entry;
    struct passwd *found = NULL;
    guint64 number;

    if (value == NULL)
        return TRUE;
    if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT32 - 1, &number, NULL)) {
        self->user = number;
        return TRUE;
    }
    /* Not getpwnam(): other threads may look up users at the same time. */
    if (getpwnam_r(value, &entry, names, NAMES_BYTES, &found) != 0 || found == NULL)
        return refuse(path, error, "user=%s: no such user", value);
    self->user = found->pw_uid;
    return TRUE;
}

static gboolean
read_launch(FirnMachineFile *self, GKeyFile *file, const char *path, GError **error)
{
    g_autofree char *value = g_key_file_get_string(file, "machine", "launch", NULL);
    g_autoptr(GError) cause = NULL;
    g_auto(GStrv) words = NULL;

    if (value == NULL)
        return TRUE;
    if (!g_shell_parse_argv(value, NULL, &words, &cause))
        return refuse(path, error, "launch=: %s", cause->message);
    if (!g_path_is_absolute(words[0]))
        return refuse(path, error, "launch=%s: the path of the program is not absolute", words[0]);
    self->launch = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
read_disk(FirnMachineFile *self, const char *target, const char *value, GError **error)
{
    const char *colon = value[0] == '/' ? NULL : strchr(value, ':');
    g_autofree char *format = colon == NULL ? g_strdup("qcow2") : g_strndup(value, colon - value);
    const char *path = colon == NULL ? value : colon + 1;
    FirnDisk *disk;

    if (!g_str_equal(format, "qcow2") && !g_str_equal(format, "raw"))
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "%s=%s: format \"%s\" is neither qcow2 nor raw",
                                   target,
                                   value,
                                   format);
    if (!g_path_is_absolute(path))
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_INVALID_ARGUMENT,
                                   "%s=%s: not an absolute path",
                                   target,
                                   value);
    disk = firn_disk_new(target, format);
    disk->path = g_strdup(path);
    g_ptr_array_add(self->disks, disk);
    return TRUE;
}

static gboolean
read_disks(FirnMachineFile *self, GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) targets = g_key_file_get_keys(file, "disks", NULL, NULL);

    for (GStrv target = targets; target != NULL && *target != NULL; target++) {
        g_autofree char *value = g_key_file_get_string(file, "disks", *target, NULL);

        if (value == NULL || !read_disk(self, *target, value, error)) {
            g_prefix_error(error, "%s: ", path);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
read_machine(FirnMachineFile *self, GKeyFile *file, const char *path, GError **error)
{
    g_autofree char *uuid = g_key_file_get_string(file, "machine", "uuid", NULL);

    if (!check_keys(file, path, error))
        return FALSE;
    if (uuid == NULL)
        return refuse(path,
                      error,
                      "no uuid= in [machine]: generate one with: cat /proc/sys/kernel/random/uuid");
    if (!g_uuid_string_is_valid(uuid))
        return refuse(path, error, "uuid=%s: not a UUID", uuid);
    self->uuid = g_ascii_strdown(uuid, -1);
    if (!read_path(file, "qmp", path, &self->monitor_path, error) ||
        !read_path(file, "agent", path, &self->agent_path, error) ||
        !read_path(file, "nvram", path, &self->nvram_path, error))
        return FALSE;
    if (self->monitor_path == NULL)
        return refuse(path, error, "no qmp= in [machine]: the socket of QEMU's monitor");
    return read_user(self, file, path, error) && read_launch(self, file, path, error) &&
           read_disks(self, file, path, error);
}

static const char *
find_remark(const char *line)
{
    for (const char *mark = strchr(line, '#'); mark != NULL; mark = strchr(mark + 1, '#'))
        if (mark > line && g_ascii_isspace(mark[-1]))
            return mark;
    return NULL;
}

/* GLib takes a comment after a value as part of the value. With such a path for qmp=, a running
 * QEMU would be considered off. launch= is parsed like a shell command, with comments. */
static gboolean
refuse_remarks(const char *text, const char *path, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (GStrv line = lines; *line != NULL; line++) {
        g_strstrip(*line);
        if (**line != '#' && !g_str_has_prefix(*line, "launch") && find_remark(*line) != NULL)
            return refuse(path, error, "%s: a comment must be on a line of its own", *line);
    }
    return TRUE;
}

FirnMachineFile *
firn_machine_file_read(const char *path, GError **error)
{
    g_autoptr(FirnMachineFile) self = g_new0(FirnMachineFile, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *base = g_path_get_basename(path);
    g_autoptr(GError) failure = NULL;
    g_autofree char *text = firn_trusted_file_read(path, &failure);

    self->name = g_strndup(base, strlen(base) - strlen(".conf"));
    self->disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
    if (text != NULL && !refuse_remarks(text, path, error))
        return NULL;
    if (text == NULL ||
        !g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, &failure)) {
        refuse(path, error, "%s", failure->message);
        return NULL;
    }
    if (!g_utf8_validate(self->name, -1, NULL)) {
        refuse(path, error, "the file name is not valid UTF-8");
        return NULL;
    }
    if (!read_machine(self, file, path, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
firn_machine_file_free(FirnMachineFile *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->uuid);
    g_free(self->monitor_path);
    g_free(self->agent_path);
    g_free(self->nvram_path);
    g_free(self->launch);
    g_ptr_array_unref(self->disks);
    g_free(self);
}

gboolean
firn_machine_file_equal(const FirnMachineFile *a, const FirnMachineFile *b)
{
    if (g_strcmp0(a->uuid, b->uuid) != 0 || g_strcmp0(a->monitor_path, b->monitor_path) != 0 ||
        g_strcmp0(a->agent_path, b->agent_path) != 0 || g_strcmp0(a->launch, b->launch) != 0 ||
        g_strcmp0(a->nvram_path, b->nvram_path) != 0 || a->user != b->user ||
        a->disks->len != b->disks->len)
        return FALSE;
    for (guint i = 0; i < a->disks->len; i++) {
        const FirnDisk *left = a->disks->pdata[i];
        const FirnDisk *right = b->disks->pdata[i];

        if (g_strcmp0(left->target, right->target) != 0 ||
            g_strcmp0(left->path, right->path) != 0 || g_strcmp0(left->format, right->format) != 0)
            return FALSE;
    }
    return TRUE;
}
