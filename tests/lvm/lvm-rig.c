/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-rig.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "confined-process.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "lvm-look.h"

#define DEADLINE_MS 60000
#define END_BYTES   4096

static const FirnLvmRigKind *kind_of_all;

static char *
run(const char *format, va_list args)
{
    g_autofree char *command = g_strdup_vprintf(format, args);
    const char *argv[] = {"sh", "-c", command, NULL};
    GSpawnFlags flags = G_SPAWN_SEARCH_PATH;
    char *out = NULL;
    g_autofree char *err = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, flags, NULL, NULL, &out, &err, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s: status %d: %s", command, status, err);
    return out;
}

char *
firn_lvm_rig_run(const char *format, ...)
{
    va_list args;
    char *out;

    va_start(args, format);
    out = run(format, args);
    va_end(args);
    return out;
}

void
firn_lvm_rig_do_run(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_free(run(format, args));
    va_end(args);
}

char *
firn_lvm_rig_list_lvs(void)
{
    return firn_lvm_rig_run(
        "lvm lvs --noheadings -o vg_name,lv_name,lv_tags,lv_permissions,lv_active");
}

static FirnDisk *
make_disk(const FirnLvmRigKind *kind, const char *name)
{
    FirnDisk *disk = firn_disk_new(name, "raw");

    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn %s -n %s test-vg", kind->create, name);
    disk->path = g_strdup_printf("/dev/test-vg/%s", name);
    return disk;
}

static void
set_up(FirnLvmRig *self, gconstpointer kind)
{
    self->backend = ((const FirnLvmRigKind *)kind)->make();
    self->disks = firn_disks_new();
    g_ptr_array_add(self->disks, make_disk(kind, "a-disk"));
    g_ptr_array_add(self->disks, make_disk(kind, "b"));
    self->waiting = g_hash_table_new_full(g_str_hash,
                                          g_str_equal,
                                          g_free,
                                          (GDestroyNotify)firn_confined_process_free);
    self->cut = (FirnCut){.disks = self->disks,
                          .tag = FIRST,
                          .deadline_ms = DEADLINE_MS,
                          .waiting = self->waiting};
    self->lvs_before = firn_lvm_rig_list_lvs();
}

static void
tear_down(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_do_run("lvm lvs --noheadings -o vg_name,lv_name --select 'lv_name!=pool' "
                        "--separator / | xargs lvm lvremove -q -y");
    g_clear_error(&self->error);
    g_free(self->lvs_before);
    g_hash_table_unref(self->waiting);
    g_ptr_array_unref(self->disks);
    g_object_unref(self->backend);
}

/* In a quarter that begins elsewhere on each disk, and at the end. */
void
firn_lvm_rig_write_all(FirnLvmRig *self, char letter)
{
    g_autofree char *bytes = g_strnfill(LVM_RIG_DISK_BYTES / 4, letter);

    for (guint i = 0; i < self->disks->len; i++) {
        const FirnDisk *disk = self->disks->pdata[i];
        g_auto(FirnFileDescriptor) file = open(disk->path, O_WRONLY | O_CLOEXEC);

        g_assert_cmpint(file, >=, 0);
        g_assert_cmpint(pwrite(file, bytes, LVM_RIG_DISK_BYTES / 4, i * 4096),
                        ==,
                        LVM_RIG_DISK_BYTES / 4);
        g_assert_cmpint(pwrite(file, bytes, END_BYTES, LVM_RIG_DISK_BYTES - END_BYTES),
                        ==,
                        END_BYTES);
        g_assert_cmpint(fsync(file), ==, 0);
    }
}

/* The whole of both disks. */
void
firn_lvm_rig_assert_all(FirnLvmRig *self, char letter)
{
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnDisk *disk = self->disks->pdata[i];
        g_autofree char *expected = g_malloc0(LVM_RIG_DISK_BYTES);
        g_autofree char *found = g_malloc(LVM_RIG_DISK_BYTES);
        g_auto(FirnFileDescriptor) file = open(disk->path, O_RDONLY | O_CLOEXEC);

        memset(expected + i * 4096, letter, LVM_RIG_DISK_BYTES / 4);
        memset(expected + LVM_RIG_DISK_BYTES - END_BYTES, letter, END_BYTES);
        g_assert_cmpint(file, >=, 0);
        g_assert_cmpint(pread(file, found, LVM_RIG_DISK_BYTES, 0), ==, LVM_RIG_DISK_BYTES);
        g_assert_cmpmem(found, LVM_RIG_DISK_BYTES, expected, LVM_RIG_DISK_BYTES);
    }
}

void
firn_lvm_rig_assert_unchanged(FirnLvmRig *self)
{
    g_autofree char *now = firn_lvm_rig_list_lvs();

    g_assert_cmpstr(now, ==, self->lvs_before);
}

void
firn_lvm_rig_take(FirnLvmRig *self, const char *tag)
{
    self->cut.tag = tag;
    g_assert_true(firn_backend_prepare(self->backend, &self->cut, &self->error));
    firn_backend_take(self->backend, &self->cut, &self->error);
    g_assert_no_error(self->error);
    firn_backend_verify(self->backend, &self->cut, &self->error);
    g_assert_no_error(self->error);
}

void
firn_lvm_rig_revert(FirnLvmRig *self, const char *tag)
{
    self->cut.tag = tag;
    firn_backend_revert(self->backend, &self->cut, &self->error);
    g_assert_no_error(self->error);
}

void
firn_lvm_rig_discard(FirnLvmRig *self, const char *tag)
{
    self->cut.tag = tag;
    firn_backend_discard(self->backend, &self->cut, &self->error);
    g_assert_no_error(self->error);
}

void
firn_lvm_rig_assert_tags(FirnLvmRig *self, guint n_first, guint n_second)
{
    for (guint i = 0; i < self->disks->len; i++) {
        FirnDisk *disk = self->disks->pdata[i];

        firn_lvm_look_inspect(disk, &self->error);
        g_assert_no_error(self->error);
        g_assert_cmpuint(disk->snapshots->len, ==, n_first + n_second);
        g_assert_cmpuint(firn_disk_count_tag(disk, FIRST), ==, n_first);
        g_assert_cmpuint(firn_disk_count_tag(disk, SECOND), ==, n_second);
    }
}

void
firn_lvm_rig_assert_blocked(FirnLvmRig *self, const char *code)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    g_autofree char *text = NULL;

    firn_backend_check(self->backend, &self->cut, blockers);
    text = blockers->len == 0 ? g_strdup("") : firn_blockers_to_text(blockers);
    if (code == NULL) {
        g_assert_cmpstr(text, ==, "");
        return;
    }
    g_test_message("%s", text);
    g_assert_cmpuint(blockers->len, >, 0);
    g_assert_cmpstr(((FirnBlocker *)blockers->pdata[0])->code, ==, code);
}

/* Each snapshot twice, in any order; the other one stays. */
static void
test_life_cycle(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_write_all(self, '1');
    firn_lvm_rig_assert_blocked(self, NULL);
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_write_all(self, '2');
    firn_lvm_rig_take(self, SECOND);
    firn_lvm_rig_write_all(self, '3');
    firn_lvm_rig_assert_tags(self, 1, 1);
    firn_lvm_rig_revert(self, FIRST);
    firn_lvm_rig_assert_all(self, '1');
    firn_lvm_rig_revert(self, SECOND);
    firn_lvm_rig_assert_all(self, '2');
    firn_lvm_rig_write_all(self, '4');
    firn_lvm_rig_revert(self, SECOND);
    firn_lvm_rig_assert_all(self, '2');
    firn_lvm_rig_revert(self, FIRST);
    firn_lvm_rig_assert_all(self, '1');
    firn_lvm_rig_discard(self, FIRST);
    firn_lvm_rig_assert_tags(self, 0, 1);
    firn_lvm_rig_discard(self, SECOND);
    firn_lvm_rig_discard(self, SECOND);
    firn_lvm_rig_assert_unchanged(self);
}

static void
test_second_fails(FirnLvmRig *self, gconstpointer kind)
{
    firn_lvm_rig_do_run("lvm lvcreate -q -y -Wn -an -L 4M -n b.firn.0123abcd test-vg");
    g_free(self->lvs_before);
    self->lvs_before = firn_lvm_rig_list_lvs();
    firn_lvm_rig_assert_blocked(self, "NameTaken");
    g_assert_false(firn_backend_take(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS);
    g_clear_error(&self->error);
    g_assert_false(firn_backend_verify(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL);
    g_clear_error(&self->error);
    firn_lvm_rig_discard(self, FIRST);
    firn_lvm_rig_assert_unchanged(self);
}

static void
test_ambiguous(FirnLvmRig *self, gconstpointer kind)
{
    g_autofree char *before = NULL;

    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_do_run(
        "lvm lvcreate -q -y -Wn -an -L 4M --addtag firn.snapshot --addtag firn.tag=" FIRST
        " --addtag firn.disk=b -n forged test-vg");
    before = firn_lvm_rig_list_lvs();
    g_assert_false(firn_backend_verify(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL);
    g_clear_error(&self->error);
    g_assert_false(firn_backend_discard(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_PARTIAL);
    g_free(self->lvs_before);
    self->lvs_before = g_steal_pointer(&before);
    firn_lvm_rig_assert_unchanged(self);
}

static void
test_open(FirnLvmRig *self, gconstpointer kind)
{
    g_auto(FirnFileDescriptor) file = -1;

    firn_lvm_rig_write_all(self, '1');
    firn_lvm_rig_take(self, FIRST);
    firn_lvm_rig_write_all(self, '2');
    file = open(((FirnDisk *)self->disks->pdata[1])->path, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    g_assert_false(firn_backend_revert(self->backend, &self->cut, &self->error));
    g_assert_error(self->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_IN_USE);
    firn_lvm_rig_assert_all(self, '2');
}

void
firn_lvm_rig_assert_revert_blocked(FirnLvmRig *self, const char *code)
{
    g_autoptr(GPtrArray) blockers = firn_blockers_new();

    firn_backend_check_revert(self->backend, &self->cut, blockers);
    g_assert_cmpuint(blockers->len, ==, 1);
    g_assert_cmpstr(((FirnBlocker *)blockers->pdata[0])->code, ==, code);
}

void
firn_lvm_rig_add(const char *name, void (*test)(FirnLvmRig *self, gconstpointer kind))
{
    g_test_add(name, FirnLvmRig, kind_of_all, set_up, test, tear_down);
}

int
firn_lvm_rig_main(int argc, char **argv, const FirnLvmRigKind *kind, void (*add)(void))
{
    g_test_init(&argc, &argv, NULL);
    kind_of_all = kind;
    firn_lvm_rig_do_run("lvm pvcreate -q /dev/vda && lvm vgcreate -q test-vg /dev/vda && %s",
                        kind->prepare);
    firn_lvm_rig_add("/lvm/life-cycle", test_life_cycle);
    firn_lvm_rig_add("/lvm/second-disk-fails", test_second_fails);
    firn_lvm_rig_add("/lvm/tag-exists-twice", test_ambiguous);
    firn_lvm_rig_add("/lvm/disk-in-use", test_open);
    add();
    return g_test_run();
}
