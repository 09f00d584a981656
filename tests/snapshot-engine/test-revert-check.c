/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "revert-check.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "block-device.h"
#include "disk-image.h"
#include "file-descriptor.h"
#include "image-tool.h"
#include "scratch-dir.h"

#define SECRET "secret,id=key,data=x"

typedef struct {
    FirnTestScratchDir *scratch; /* (owned) */
    GPtrArray *disks;            /* (owned) one disk */
    FirnDisk *disk;              /* (unowned) of @disks */
    FirnCut cut;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const char *options = data == NULL ? "lazy_refcounts=off" : data;

    fixture->scratch = firn_test_scratch_dir_new();
    fixture->disks = firn_disks_new();
    fixture->disk = firn_disk_new("vda", "qcow2");
    fixture->disk->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "a.qcow2", NULL);
    g_ptr_array_add(fixture->disks, fixture->disk);
    g_free(firn_test_disk_image_run("qemu-img",
                                    "create",
                                    "-q",
                                    "--object",
                                    SECRET,
                                    "-f",
                                    "qcow2",
                                    "-o",
                                    options,
                                    fixture->disk->path,
                                    "1M",
                                    NULL));
    fixture->cut = (FirnCut){.disks = fixture->disks, .tag = "t.0123abcd"};
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_ptr_array_unref(fixture->disks);
    firn_test_scratch_dir_free(fixture->scratch);
}

static void
assert_blocked(Fixture *fixture, const char *words)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autofree char *text = NULL;

    firn_revert_check(&fixture->cut, blockers);
    text = blockers->len == 0 ? g_strdup("") : firn_blockers_to_text(blockers);
    g_test_message("%s", text);
    if (*words == '\0')
        g_assert_cmpstr(text, ==, "");
    g_assert_nonnull(strstr(text, words));
}

static void
add_bitmap(Fixture *fixture, const char *name)
{
    g_free(
        firn_test_disk_image_run("qemu-img", "bitmap", "--add", fixture->disk->path, name, NULL));
}

/* Every incremental backup leaves bitmaps; they are named in the message. */
static void
test_bitmaps(Fixture *fixture, gconstpointer data)
{
    assert_blocked(fixture, "");
    add_bitmap(fixture, "nightly");
    assert_blocked(fixture, "disk vda: a backup tool keeps dirty bitmap nightly");
    assert_blocked(fixture, "--drop-bitmaps");
    fixture->cut.drops_bitmaps = TRUE;
    assert_blocked(fixture, "");
}

static void
test_dropped(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_bitmap(fixture, "nightly");
    add_bitmap(fixture, "a b,c");
    g_assert_true(firn_image_tool_drop_bitmaps(fixture->disk, &error));
    g_assert_no_error(error);
    assert_blocked(fixture, "");
    g_assert_true(firn_image_tool_drop_bitmaps(fixture->disk, &error));
}

static void
test_encrypted(Fixture *fixture, gconstpointer data)
{
    assert_blocked(fixture, "disk vda: its image is encrypted");
}

/* Two bits count to three: the current state, its snapshot, and the snapshot to revert to. */
static void
test_refcounts(Fixture *fixture, gconstpointer data)
{
    assert_blocked(fixture, "");
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", "s1", fixture->disk->path, NULL));
    assert_blocked(fixture, "disk vda: its reference counts have 2 bits");
    assert_blocked(fixture, "qemu-img amend");
}

static void
test_immutable(Fixture *fixture, gconstpointer data)
{
    g_auto(FirnFileDescriptor) file = open(fixture->disk->path, O_RDONLY | O_CLOEXEC);
    int flags = 0;
    int immutable;

    if (ioctl(file, FS_IOC_GETFLAGS, &flags) != 0) {
        g_test_skip("this file system has no flags of files");
        return;
    }
    immutable = flags | FS_IMMUTABLE_FL;
    if (ioctl(file, FS_IOC_SETFLAGS, &immutable) != 0) {
        g_test_skip("files cannot be made immutable here; run it as root");
        return;
    }
    assert_blocked(fixture, "disk vda: cannot write to its image");
    g_assert_cmpint(ioctl(file, FS_IOC_SETFLAGS, &flags), ==, 0);
    assert_blocked(fixture, "");
}

#define ADD(name, options, function)                                                               \
    g_test_add("/engine/revert-check/" name, Fixture, options, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("dirty-bitmaps", NULL, test_bitmaps);
    ADD("dirty-bitmaps-are-removed", NULL, test_dropped);
    ADD("encrypted", "encrypt.format=aes,encrypt.key-secret=key", test_encrypted);
    ADD("reference-counts-too-narrow", "refcount_bits=2", test_refcounts);
    ADD("immutable-file", NULL, test_immutable);
    return g_test_run();
}
