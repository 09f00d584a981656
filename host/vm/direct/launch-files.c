/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-files.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "disk.h"
#include "json-guard.h"
#include "json-read.h"
#include "printable.h"
#include "same-file.h"

#define REMEDY              "put it back, or correct launch= in its machine file"
#define PATH_MAX_CHARACTERS 400
#define NESTING             16

static const FirnJsonLimits limits = {1024 * 1024, 64 * 1024, 10000, NESTING};

static void
free_file(gpointer data)
{
    FirnLaunchFile *file = data;

    g_free(file->path);
    g_free(file->option);
    g_free(file);
}

/* Excludes "nbd:host:10809", "json:{...}" and the like; the prefix "file:" is stripped. */
static void
add(GPtrArray *files, const char *path, const char *option, gboolean is_medium)
{
    const char *colon = strchr(path, ':');
    const char *slash = strchr(path, '/');
    FirnLaunchFile *file;

    if (g_str_has_prefix(path, "file:"))
        path += strlen("file:");
    else if (*path == '\0' || (colon != NULL && (slash == NULL || colon < slash)))
        return;
    file = g_new0(FirnLaunchFile, 1);
    file->path = g_strdup(path);
    file->option = g_strdup(option);
    file->is_medium = is_medium;
    g_ptr_array_add(files, file);
}

/* Splits "a=b,,c,d=e": a doubled comma is part of the value. */
static GStrv
split(const char *value)
{
    g_autoptr(GStrvBuilder) parts = g_strv_builder_new();
    g_autoptr(GString) part = g_string_new(NULL);

    for (const char *at = value; *at != '\0'; at++) {
        if (*at == ',' && at[1] != ',') {
            g_strv_builder_add(parts, part->str);
            g_string_truncate(part, 0);
            continue;
        }
        if (*at == ',')
            at++;
        g_string_append_c(part, *at);
    }
    g_strv_builder_add(parts, part->str);
    return g_strv_builder_end(parts);
}

static gboolean
names_medium(GStrv parts)
{
    static const char *const words[] = {"media=cdrom", "if=floppy", NULL};

    for (GStrv part = parts; *part != NULL; part++)
        if (g_strv_contains(words, *part))
            return TRUE;
    return FALSE;
}

static gboolean
is_file_key(const char *part, const char *const *keys, const char **out_value)
{
    const char *equals = strchr(part, '=');

    for (; equals != NULL && *keys != NULL; keys++) {
        gsize length = strlen(*keys);
        gsize before = (gsize)(equals - part);

        if (before < length || strncmp(equals - length, *keys, length) != 0 ||
            (before > length && equals[-(gssize)length - 1] != '.'))
            continue;
        *out_value = equals + 1;
        return TRUE;
    }
    return FALSE;
}

static void
read_keys(GPtrArray *files, const char *option, const char *value, const char *const *keys)
{
    g_auto(GStrv) parts = split(value);
    gboolean is_medium = names_medium(parts);
    const char *path = NULL;

    for (GStrv part = parts; *part != NULL; part++)
        if (is_file_key(*part, keys, &path))
            add(files, path, option, is_medium);
}

static void
read_object(GPtrArray *files, JsonObject *object, const char *option)
{
    const char *filename = firn_json_read_string(object, "filename");
    g_autoptr(GList) names = json_object_get_members(object);

    if (filename != NULL)
        add(files, filename, option, FALSE);
    for (GList *name = names; name != NULL; name = name->next) {
        JsonObject *child = firn_json_read_object(object, name->data);

        if (child != NULL)
            read_object(files, child, option);
    }
}

static void
read_json(GPtrArray *files, const char *option, const char *value)
{
    g_autoptr(JsonNode) node = firn_json_guard_parse(value, strlen(value), &limits, NULL);

    if (node != NULL)
        read_object(files, json_node_get_object(node), option);
}

static void
read_option(GPtrArray *files, const char *option, const char *value)
{
    static const char *const plain[] = {"-kernel",
                                        "-initrd",
                                        "-dtb",
                                        "-pflash",
                                        "-hda",
                                        "-hdb",
                                        "-hdc",
                                        "-hdd",
                                        "-mtdblock",
                                        "-sd",
                                        NULL};
    static const char *const media[] = {"-cdrom", "-fda", "-fdb", NULL};
    static const char *const file[] = {"file", "filename", NULL};
    static const char *const path[] = {"path", NULL};

    if (g_strv_contains(plain, option) || g_strv_contains(media, option))
        add(files, value, option, g_strv_contains(media, option));
    else if (g_str_equal(option, "-drive"))
        read_keys(files, option, value, file);
    else if (g_str_equal(option, "-blockdev") && value[0] == '{')
        read_json(files, option, value);
    else if (g_str_equal(option, "-blockdev"))
        read_keys(files, option, value, file);
    else if (g_str_equal(option, "-fsdev") || g_str_equal(option, "-virtfs"))
        read_keys(files, option, value, path);
}

GPtrArray *
firn_launch_files_list(const char *command_line)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(free_file);
    g_auto(GStrv) words = NULL;

    if (!g_shell_parse_argv(command_line, NULL, &words, NULL))
        return files;
    for (GStrv word = words; word[0] != NULL && word[1] != NULL; word++)
        read_option(files, g_str_has_prefix(*word, "--") ? *word + 1 : *word, word[1]);
    return files;
}

static char *
dup_varstore(const char *device)
{
    g_auto(GStrv) parts = split(device);

    if (!g_str_has_prefix(parts[0], FIRN_LAUNCH_VARSTORE))
        return NULL;
    for (GStrv part = parts; *part != NULL; part++)
        if (g_str_has_prefix(*part, "jsonfile="))
            return g_strdup(*part + strlen("jsonfile="));
    return g_strdup("");
}

char *
firn_launch_files_dup_varstore(const char *command_line)
{
    g_auto(GStrv) words = NULL;
    char *path = NULL;

    if (!g_shell_parse_argv(command_line, NULL, &words, NULL))
        return NULL;
    for (GStrv word = words; path == NULL && word[0] != NULL && word[1] != NULL; word++)
        if (g_str_equal(*word, "-device") || g_str_equal(*word, "--device"))
            path = dup_varstore(word[1]);
    return path;
}

static void
check_program(const char *command_line, GPtrArray *blockers)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *printable = NULL;

    if (g_shell_parse_argv(command_line, NULL, &words, NULL) &&
        g_file_test(words[0], G_FILE_TEST_IS_EXECUTABLE))
        return;
    printable = firn_printable_clip(words == NULL ? command_line : words[0], PATH_MAX_CHARACTERS);
    firn_blockers_add(blockers,
                      FIRN_BLOCKER_DEPENDENCY_MISSING,
                      "program",
                      "correct launch= in its machine file",
                      "%s is not an executable program",
                      printable);
}

static void
check_file(const FirnLaunchFile *file, GPtrArray *blockers)
{
    g_autofree char *path = firn_printable_clip(file->path, PATH_MAX_CHARACTERS);

    if (!g_path_is_absolute(file->path))
        firn_blockers_add(blockers,
                          "StartBlocked",
                          file->option,
                          "use the absolute path in launch= in its machine file",
                          "its path %s is relative, but firn starts QEMU in another folder",
                          path);
    else if (!g_file_test(file->path, G_FILE_TEST_EXISTS))
        firn_blockers_add(
            blockers,
            FIRN_BLOCKER_DEPENDENCY_MISSING,
            file->option,
            file->is_medium ? "put it back, or remove it from launch= in its machine file" : REMEDY,
            "%s %s does not exist, and the VM would not start without it",
            file->is_medium ? "its medium" : "its file",
            path);
}

/* Searches all words of the command line, since not every option is parsed here. */
static gboolean
has_image(GPtrArray *files, const char *command_line, const FirnDisk *disk)
{
    if (disk->path != NULL && strstr(command_line, disk->path) != NULL)
        return TRUE;
    for (guint i = 0; i < files->len; i++) {
        const FirnLaunchFile *file = files->pdata[i];

        if (firn_same_file(file->path, disk->path))
            return TRUE;
    }
    return FALSE;
}

void
firn_launch_files_check(const char *command_line, GPtrArray *disks, GPtrArray *blockers)
{
    g_autoptr(GPtrArray) files = firn_launch_files_list(command_line);

    check_program(command_line, blockers);
    for (guint i = 0; i < files->len; i++)
        check_file(files->pdata[i], blockers);
    /* If the program is a script, it is unknown which disks it passes to QEMU. */
    for (guint i = 0; disks != NULL && files->len > 0 && i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];
        g_autofree char *path = firn_printable_clip(disk->path, PATH_MAX_CHARACTERS);
        g_autofree char *message =
            g_strdup_printf("the command line that starts the VM does not name its image (%s), so "
                            "the VM would start without the disk",
                            path);

        if (!has_image(files, command_line, disk))
            firn_blockers_add_disk(blockers,
                                   "DiskNotDefined",
                                   disk->target,
                                   "add it to launch= in its machine file",
                                   message);
    }
}
