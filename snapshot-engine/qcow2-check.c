/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qcow2-check.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "block-device.h"
#include "engine-error.h"
#include "image-tool.h"

#define SNAPSHOTS_MAX      65535
#define RESERVE_BYTES      (4 * 1024 * 1024)
#define RECORD_BYTES       128 /* upper bound for a table entry without id and tag */
#define L1_ENTRY_BYTES     8
#define L2_ENTRY_BYTES_MAX 16 /* with subclusters */

/* A file system, and what several images on it need together. */
typedef struct {
    dev_t device;
    guint64 needed_bytes;
    guint64 free_bytes;
    GString *targets; /* (owned) */
} Store;

static void
clear_store(gpointer data)
{
    g_string_free(((Store *)data)->targets, TRUE);
}

static guint64
count_units(guint64 bytes, guint64 unit_bytes)
{
    return bytes / unit_bytes + (bytes % unit_bytes != 0 ? 1 : 0);
}

guint64
firn_qcow2_check_estimate(const FirnDisk *disk, guint64 cluster_bytes)
{
    guint64 per_l1_entry = cluster_bytes / L2_ENTRY_BYTES_MAX * cluster_bytes;
    guint64 l1_bytes = count_units(disk->size_bytes, MAX(per_l1_entry, 1)) * L1_ENTRY_BYTES;
    guint64 table_bytes = 2 * RECORD_BYTES;
    guint64 clusters;

    for (guint i = 0; i < disk->snapshots->len; i++) {
        const FirnImageSnapshot *snapshot = disk->snapshots->pdata[i];

        table_bytes += RECORD_BYTES + strlen(snapshot->id == NULL ? "" : snapshot->id) +
                       strlen(snapshot->tag == NULL ? "" : snapshot->tag);
    }
    clusters = count_units(l1_bytes, cluster_bytes) + count_units(table_bytes, cluster_bytes);
    /* Each refcount block covers hundreds of clusters; one for each eight is ample. */
    return (clusters + clusters / 8 + 2) * cluster_bytes;
}

static Store *
find_store(GArray *stores, dev_t device, guint64 free_bytes)
{
    Store fresh = {device, RESERVE_BYTES, free_bytes, NULL};

    for (guint i = 0; i < stores->len; i++)
        if (g_array_index(stores, Store, i).device == device)
            return &g_array_index(stores, Store, i);
    fresh.targets = g_string_new(NULL);
    g_array_append_val(stores, fresh);
    return &g_array_index(stores, Store, stores->len - 1);
}

static void
block(GPtrArray *blockers,
      const char *code,
      const FirnDisk *disk,
      const char *remedy,
      const char *message)
{
    g_autofree char *subject = g_strdup_printf("disk %s", disk->target);

    firn_blockers_add(blockers, code, subject, remedy, "%s", message);
}

/* For a problem of the disk itself: the disk could be left out. */
static void
block_disk(GPtrArray *blockers,
           const char *code,
           const FirnDisk *disk,
           const char *remedy,
           const char *message)
{
    firn_blockers_add_disk(blockers, code, disk->target, remedy, message);
}

static void
check_store(const FirnDisk *disk, guint64 needed_bytes, GArray *stores, GPtrArray *blockers)
{
    struct statvfs system;
    struct stat facts;
    Store *store;

    /* The host does not know the free space of a block device. */
    if (stat(disk->path, &facts) < 0 || S_ISBLK(facts.st_mode) || statvfs(disk->path, &system) < 0)
        return;
    if ((system.f_flag & ST_RDONLY) != 0) {
        block_disk(blockers,
                   "ReadOnly",
                   disk,
                   "mount it read-write",
                   "the file system of its image is mounted read-only");
        return;
    }
    store = find_store(stores, facts.st_dev, (guint64)system.f_bavail * system.f_frsize);
    store->needed_bytes += needed_bytes;
    g_string_append_printf(store->targets,
                           "%s%s",
                           store->targets->len == 0 ? "" : ", ",
                           disk->target);
}

static void
check_space(GArray *stores, GPtrArray *blockers)
{
    for (guint i = 0; i < stores->len; i++) {
        const Store *store = &g_array_index(stores, Store, i);
        g_autofree char *subject = g_strdup_printf("disk %s", store->targets->str);
        g_autofree char *needed = g_format_size_full(store->needed_bytes, G_FORMAT_SIZE_IEC_UNITS);
        g_autofree char *left = g_format_size_full(store->free_bytes, G_FORMAT_SIZE_IEC_UNITS);

        if (store->free_bytes < store->needed_bytes)
            firn_blockers_add(blockers,
                              "NoSpace",
                              subject,
                              "free some space on it, for example with: firn delete VM SNAPSHOT",
                              "the file system has %s free, the snapshot needs %s",
                              left,
                              needed);
    }
}

static void
check_table(const FirnCut *cut, const FirnDisk *disk, GPtrArray *blockers)
{
    if (firn_disk_count_tag(disk, cut->tag) > 0)
        block(blockers,
              "NameTaken",
              disk,
              "choose another name",
              "its image already has a snapshot with that tag");
    if (disk->snapshots->len >= SNAPSHOTS_MAX)
        block(blockers,
              "TooManySnapshots",
              disk,
              "delete some of them",
              "its image has as many snapshots as qcow2 allows");
}

static guint64
count_refcount(const FirnImageFacts *facts)
{
    if (facts->refcount_bits == 0 || facts->refcount_bits >= 32)
        return G_MAXUINT32;
    return ((guint64)1 << facts->refcount_bits) - 1;
}

static void
check_refcounts(const FirnDisk *disk, const FirnImageFacts *facts, GPtrArray *blockers)
{
    g_autofree char *message = NULL;

    /* A cluster may be used by every snapshot, the new one and the current state. */
    if (disk->snapshots->len + 2 <= count_refcount(facts))
        return;
    message = g_strdup_printf("its reference counts have %u bits, too few for another snapshot",
                              facts->refcount_bits);
    block_disk(blockers,
               "TooManySnapshots",
               disk,
               "widen them while the VM is off, with: qemu-img amend -f qcow2 -o "
               "refcount_bits=16 IMAGE",
               message);
}

static void
check_parts(const FirnDisk *disk, const FirnImageFacts *facts, GPtrArray *blockers)
{
    g_autofree char *commit =
        g_strdup_printf("commit the overlay (virsh blockcommit VM %s --active --pivot --wait, or "
                        "qemu-img commit while the VM is off)",
                        disk->target);

    if (disk->backing_path != NULL)
        block_disk(blockers,
                   "BackingChain",
                   disk,
                   commit,
                   "its image is an overlay on a backing file");
    if (facts->has_data_file)
        block_disk(blockers,
                   "DiskNotSupported",
                   disk,
                   "convert it with \"qemu-img convert -O qcow2\" while the VM is off",
                   "its image has an external data file");
    if (facts->is_corrupt)
        block_disk(blockers,
                   "ImageCorrupt",
                   disk,
                   "repair it with \"qemu-img check -r all\" while the VM is off",
                   "QEMU has marked its image corrupt");
}

/* Returns TRUE if the file can be inspected. */
static gboolean
check_reachable(const FirnCut *cut, const FirnDisk *disk, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;

    if (disk->path == NULL) {
        block_disk(blockers,
                   "NoImageFile",
                   disk,
                   "give it an image file on this host",
                   "it is neither a file nor a block device of this host");
        return FALSE;
    }
    if (!g_utf8_validate(disk->path, -1, NULL)) {
        block_disk(blockers, "PathNotSupported", disk, "rename it", "its path is not valid UTF-8");
        return FALSE;
    }
    /* While the VM runs, QEMU itself holds the lock. */
    if (cut->monitor != NULL || firn_image_tool_check_unused(disk, &error))
        return TRUE;
    if (!g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE))
        return TRUE;
    block_disk(blockers,
               "ImageInUse",
               disk,
               "stop the process that uses it (QEMU, qemu-nbd, a backup)",
               "another process has its image open");
    return FALSE;
}

static void
check_image(const FirnCut *cut, const FirnDisk *disk, GArray *stores, GPtrArray *blockers)
{
    g_autoptr(FirnDisk) now = firn_disk_copy(disk);
    g_autoptr(GError) error = NULL;
    FirnImageFacts facts;

    if (!firn_image_tool_examine(now, &facts, &error)) {
        gboolean is_corrupt = g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);

        block_disk(blockers,
                   is_corrupt ? "ImageUnreadable" : "ImageNotAccessible",
                   disk,
                   is_corrupt ? "repair it, or restore it from a backup"
                              : "make it readable for firnd",
                   error->message);
        return;
    }
    /* While QEMU runs, the file may be stale: QEMU's answer counts. */
    check_table(cut, cut->monitor != NULL ? disk : now, blockers);
    check_parts(now, &facts, blockers);
    if (disk->snapshots->len < SNAPSHOTS_MAX)
        check_refcounts(cut->monitor != NULL ? disk : now, &facts, blockers);
    if (facts.is_encrypted && cut->monitor == NULL)
        block_disk(blockers,
                   "ImageEncrypted",
                   disk,
                   "take the snapshot while the VM runs",
                   "its image is encrypted, and firn does not have the key");
    check_store(disk,
                firn_qcow2_check_estimate(now, MAX(facts.cluster_bytes, 512)),
                stores,
                blockers);
}

static void
check_disk(const FirnCut *cut, const FirnDisk *disk, GArray *stores, GPtrArray *blockers)
{
    g_autofree char *message = NULL;

    if (disk->blocker != NULL) {
        block_disk(blockers,
                   disk->is_unread ? "ImageNotAccessible" : "DiskNotSupported",
                   disk,
                   disk->remedy,
                   disk->blocker);
        return;
    }
    if (!g_str_equal(disk->format, "qcow2")) {
        message =
            g_strdup_printf("its format is %s; only qcow2 images can hold snapshots", disk->format);
        block_disk(blockers,
                   "DiskNotSupported",
                   disk,
                   "convert it with \"qemu-img convert -O qcow2\" while the VM is off",
                   message);
        return;
    }
    if (check_reachable(cut, disk, blockers))
        check_image(cut, disk, stores, blockers);
}

void
firn_qcow2_check(const FirnCut *cut, GPtrArray *blockers)
{
    g_autoptr(GArray) stores = g_array_new(FALSE, FALSE, sizeof(Store));

    g_array_set_clear_func(stores, clear_store);
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];

        if (disk->is_writable)
            check_disk(cut, disk, stores, blockers);
    }
    check_space(stores, blockers);
}
