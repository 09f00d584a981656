/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-tool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "block-device.h"
#include "checked-open.h"
#include "confined-process.h"
#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "image-info.h"
#include "json-write.h"
#include "snapshot-name.h"

/* QEMU's lock bytes: 100 + permission in use, 200 + permission not shared. */
#define LOCK_BASE  100
#define LOCK_COUNT 200

/* Limits for reading: the image is not trusted. */
static const FirnToolLimits read_limits = {(guint64)1 << 30,
                                           30,
                                           60 * 1000,
                                           FIRN_IMAGE_INFO_BYTES_MAX};
/* Killing a program that writes can damage the image: the hour is for programs that hang. */
static const FirnToolLimits write_limits = {0, 0, 60 * 60 * 1000, FIRN_IMAGE_INFO_BYTES_MAX};

static gboolean
fail(const FirnDisk *disk, FirnEngineError code, const char *what, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                code,
                "%s: %s",
                disk->path == NULL ? disk->target : disk->path,
                what);
    return FALSE;
}

static int
open_image(const FirnDisk *disk, struct stat *facts, GError **error)
{
    int file;

    if (disk->path == NULL || !g_path_is_absolute(disk->path)) {
        fail(disk, FIRN_ENGINE_ERROR_FAILED, "has no image file with an absolute path", error);
        return -1;
    }
    file = firn_checked_open(disk->path,
                             FIRN_FILE_KIND_REGULAR | FIRN_FILE_KIND_BLOCK,
                             O_RDONLY,
                             facts);
    if (file < 0)
        fail(disk,
             FIRN_ENGINE_ERROR_FAILED,
             errno == EMEDIUMTYPE ? "is neither a file nor a block device" : g_strerror(errno),
             error);
    return file;
}

static JsonNode *
describe_operand(const FirnDisk *disk, const struct stat *facts)
{
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);
    g_autoptr(JsonObject) image = json_object_new();
    JsonObject *file = json_object_new();

    json_object_set_string_member(file, "driver", S_ISBLK(facts->st_mode) ? "host_device" : "file");
    json_object_set_string_member(file, "filename", disk->path);
    json_object_set_string_member(image, "driver", disk->format);
    json_object_set_object_member(image, "file", file);
    if (g_str_equal(disk->format, "qcow2"))
        json_object_set_null_member(image, "backing");
    json_node_set_object(node, image);
    return node;
}

/* Names driver and file in the operand, so that qemu-img guesses neither, and no backing file,
 * whatever the image's header says: no caller needs it. */
static char *
make_operand(const FirnDisk *disk, GError **error)
{
    g_auto(FirnFileDescriptor) file = -1;
    g_autoptr(JsonNode) image = NULL;
    g_autofree char *text = NULL;
    struct stat facts;

    file = open_image(disk, &facts, error);
    if (file < 0)
        return NULL;
    if (!g_utf8_validate(disk->path, -1, NULL)) {
        fail(disk, FIRN_ENGINE_ERROR_FAILED, "its path is not valid UTF-8", error);
        return NULL;
    }
    image = describe_operand(disk, &facts);
    text = firn_json_write(image, FALSE);
    return g_strconcat("json:", text, NULL);
}

gboolean
firn_image_tool_examine(FirnDisk *disk, FirnImageFacts *out_facts, GError **error)
{
    g_autofree char *operand = make_operand(disk, error);
    const char *argv[] = {"qemu-img", "info", "-U", "--output=json", "--", operand, NULL};
    g_autoptr(FirnToolResult) result = NULL;

    if (operand == NULL)
        return FALSE;
    result = firn_confined_process_run(argv, &read_limits, error);
    if (result == NULL)
        return FALSE;
    /* The file could be opened, so the failure is caused by its contents. */
    if (!result->succeeded)
        return fail(disk, FIRN_ENGINE_ERROR_CORRUPT, result->complaint, error);
    return firn_image_info_parse(disk, result->output, result->length, out_facts, error);
}

gboolean
firn_image_tool_inspect(FirnDisk *disk, GError **error)
{
    FirnImageFacts facts;

    return firn_image_tool_examine(disk, &facts, error);
}

gboolean
firn_image_tool_check_unused(const FirnDisk *disk, GError **error)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = LOCK_BASE,
                         .l_len = LOCK_COUNT};
    g_auto(FirnFileDescriptor) file = -1;
    struct stat facts;

    file = open_image(disk, &facts, error);
    if (file < 0)
        return FALSE;
    if (fcntl(file, F_OFD_GETLK, &lock) < 0)
        return fail(disk, FIRN_ENGINE_ERROR_FAILED, g_strerror(errno), error);
    return lock.l_type == F_UNLCK || fail(disk,
                                          FIRN_ENGINE_ERROR_IN_USE,
                                          "QEMU or one of its tools has the image open",
                                          error);
}

/* Depends on qemu-img's messages, as of QEMU 7.2. */
static FirnEngineError
classify(const char *complaints)
{
    if (strstr(complaints, "No space left on device") != NULL ||
        strstr(complaints, "Disk quota exceeded") != NULL)
        return FIRN_ENGINE_ERROR_NO_SPACE;
    if (strstr(complaints, "Failed to get ") != NULL && strstr(complaints, " lock") != NULL)
        return FIRN_ENGINE_ERROR_IN_USE;
    return FIRN_ENGINE_ERROR_FAILED;
}

static gboolean
run_snapshot(const FirnDisk *disk, const char *option, const char *tag, GError **error)
{
    g_autofree char *operand = make_operand(disk, error);
    const char *argv[] = {"qemu-img", "snapshot", option, tag, "--", operand, NULL};
    g_autoptr(FirnToolResult) result = NULL;

    if (operand == NULL)
        return FALSE;
    result = firn_confined_process_run(argv, &write_limits, error);
    if (result == NULL)
        return FALSE;
    return result->succeeded || fail(disk, classify(result->complaints), result->complaint, error);
}

/* qemu-img always opens the data file that an image names. */
static gboolean
check_parts(const FirnDisk *disk, const FirnImageFacts *facts, GError **error)
{
    return (disk->backing_path == NULL && !facts->has_data_file) ||
           fail(disk,
                FIRN_ENGINE_ERROR_INVALID,
                "it has a backing file or an external data file; merge all data into the image "
                "with qemu-img rebase or convert while the VM is off",
                error);
}

/* Called before each change of an image. */
static FirnDisk *
examine_writable(const FirnDisk *disk, FirnImageFacts *out_facts, GError **error)
{
    g_autoptr(FirnDisk) now = firn_disk_copy(disk);

    if (!g_str_equal(disk->format, "qcow2")) {
        fail(disk, FIRN_ENGINE_ERROR_INVALID, "is not a qcow2 image", error);
        return NULL;
    }
    if (!firn_image_tool_check_unused(disk, error) ||
        !firn_image_tool_examine(now, out_facts, error) || !check_parts(now, out_facts, error))
        return NULL;
    return g_steal_pointer(&now);
}

gboolean
firn_image_tool_take(const FirnDisk *disk, const char *tag, GError **error)
{
    FirnImageFacts facts;
    g_autoptr(FirnDisk) now =
        firn_snapshot_tag_check(tag, error) ? examine_writable(disk, &facts, error) : NULL;

    if (now == NULL)
        return FALSE;
    /* qemu-img would make a second one without a warning. */
    if (firn_disk_count_tag(now, tag) > 0)
        return fail(disk, FIRN_ENGINE_ERROR_EXISTS, "the image already has that tag", error);
    return run_snapshot(disk, "-c", tag, error);
}

static gboolean
is_some_id(const FirnDisk *disk, const char *tag)
{
    for (guint i = 0; i < disk->snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = disk->snapshots->pdata[i];

        if (g_strcmp0(snapshot->id, tag) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Adopted snapshots, too, are found by exactly their tags. */
static gboolean
run_on_known(const FirnDisk *disk, const char *option, const char *tag, GError **error)
{
    FirnImageFacts facts;
    g_autoptr(FirnDisk) now =
        firn_adopted_tag_check(tag, error) ? examine_writable(disk, &facts, error) : NULL;
    guint count;

    if (now == NULL)
        return FALSE;
    count = firn_disk_count_tag(now, tag);
    if (count == 0)
        return fail(disk,
                    FIRN_ENGINE_ERROR_NOT_FOUND,
                    "the image has no snapshot with that tag",
                    error);
    /* An id equals a tag only in a forged table; older tools match ids first. */
    if (count > 1 || is_some_id(now, tag))
        return fail(disk,
                    FIRN_ENGINE_ERROR_AMBIGUOUS,
                    "the image has more than one snapshot with that tag or id",
                    error);
    return run_snapshot(disk, option, tag, error);
}

static gboolean
remove_bitmap(const FirnDisk *disk, const char *operand, const char *name, GError **error)
{
    const char *argv[] = {"qemu-img", "bitmap", "--remove", "--", operand, name, NULL};
    g_autoptr(FirnToolResult) result = NULL;

    FIRN_CRASH_POINT("image: before a bitmap is removed");
    result = firn_confined_process_run(argv, &write_limits, error);
    FIRN_CRASH_POINT("image: after a bitmap was removed");
    if (result == NULL)
        return FALSE;
    if (!result->succeeded)
        return fail(disk, classify(result->complaints), result->complaint, error);
    g_message("%s: removed a dirty bitmap from the image; the next backup of disk %s must be a "
              "full one",
              disk->path,
              disk->target);
    return TRUE;
}

gboolean
firn_image_tool_drop_bitmaps(const FirnDisk *disk, GError **error)
{
    FirnImageFacts facts;
    g_autoptr(FirnDisk) now = examine_writable(disk, &facts, error);
    g_autofree char *operand = now == NULL ? NULL : make_operand(disk, error);

    if (operand == NULL)
        return FALSE;
    for (GStrv name = now->bitmaps; name != NULL && *name != NULL; name++)
        if (!remove_bitmap(disk, operand, *name, error))
            return FALSE;
    return TRUE;
}

gboolean
firn_image_tool_delete(const FirnDisk *disk, const char *tag, GError **error)
{
    return run_on_known(disk, "-d", tag, error);
}

gboolean
firn_image_tool_revert(const FirnDisk *disk, const char *tag, GError **error)
{
    return run_on_known(disk, "-a", tag, error);
}
