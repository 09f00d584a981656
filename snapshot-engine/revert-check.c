/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "revert-check.h"

#include <errno.h>
#include <fcntl.h>

#include "checked-open.h"
#include "file-descriptor.h"
#include "image-tool.h"
#include "printable.h"

#define NAMES_MAX 400

/* For a running VM, QEMU reports the bitmaps that it will store in the image. */
static void
check_bitmaps(const FirnCut *cut, const FirnDisk *disk, GStrv bitmaps, GPtrArray *blockers)
{
    g_autofree char *joined = bitmaps == NULL ? NULL : g_strjoinv(", ", bitmaps);
    g_autofree char *names = firn_printable_clip(joined, NAMES_MAX);
    g_autofree char *message = NULL;

    if (cut->drops_bitmaps || bitmaps == NULL || bitmaps[0] == NULL)
        return;
    message = g_strdup_printf("a backup tool keeps %s %s in its image, and QEMU cannot revert an "
                              "image with bitmaps",
                              bitmaps[1] == NULL ? "dirty bitmap" : "dirty bitmaps",
                              names);
    firn_blockers_add_disk(blockers,
                           "DirtyBitmaps",
                           disk->target,
                           "let firn remove them with --drop-bitmaps; the next backup must be a "
                           "full one then",
                           message);
}

static void
check_encryption(const FirnDisk *disk, const FirnImageFacts *facts, GPtrArray *blockers)
{
    if (facts->is_encrypted)
        firn_blockers_add_disk(blockers,
                               "ImageEncrypted",
                               disk->target,
                               "revert it manually with qemu-img snapshot -a and its key",
                               "its image is encrypted, and firn does not have the key");
}

/* QEMU references the clusters of the snapshot once more before it releases the current ones. */
static void
check_refcounts(const FirnDisk *disk, const FirnImageFacts *facts, GPtrArray *blockers)
{
    guint64 most =
        facts->refcount_bits >= 32 ? G_MAXUINT32 : ((guint64)1 << facts->refcount_bits) - 1;
    g_autofree char *message = NULL;

    if (facts->refcount_bits == 0 || disk->snapshots->len + 3 <= most)
        return;
    message = g_strdup_printf("its reference counts have %u bits, too few to keep the current "
                              "state in addition to %u snapshots",
                              facts->refcount_bits,
                              disk->snapshots->len);
    firn_blockers_add_disk(blockers,
                           "TooManySnapshots",
                           disk->target,
                           "widen them while the VM is off, with: qemu-img amend -f qcow2 -o "
                           "refcount_bits=16 IMAGE",
                           message);
}

/* A file attribute, a network server or a device may refuse writing although the mode permits
 * it. */
static void
check_writing(const FirnDisk *disk, GPtrArray *blockers)
{
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(disk->path, FIRN_FILE_KIND_REGULAR | FIRN_FILE_KIND_BLOCK, O_RDWR, NULL);
    g_autofree char *message = NULL;

    if (file >= 0)
        return;
    message = g_strdup_printf("cannot write to its image: %s", g_strerror(errno));
    firn_blockers_add_disk(blockers,
                           "ImageNotWritable",
                           disk->target,
                           "make it writable for firnd (lsattr shows file attributes)",
                           message);
}

static void
check_disk(const FirnCut *cut, const FirnDisk *disk, GPtrArray *blockers)
{
    g_autoptr(FirnDisk) now = firn_disk_copy(disk);
    FirnImageFacts facts;

    /* A missing or unreadable image was reported by an earlier check. */
    if (disk->path == NULL || !firn_image_tool_examine(now, &facts, NULL))
        return;
    check_bitmaps(cut, disk, cut->monitor != NULL ? disk->bitmaps : now->bitmaps, blockers);
    check_encryption(disk, &facts, blockers);
    check_refcounts(cut->monitor != NULL ? disk : now, &facts, blockers);
    check_writing(disk, blockers);
}

void
firn_revert_check(const FirnCut *cut, GPtrArray *blockers)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];

        if (g_str_equal(disk->format, "qcow2"))
            check_disk(cut, disk, blockers);
    }
}
