/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify-job.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "catalogue-change.h"
#include "file-descriptor.h"
#include "internal-snapshot.h"
#include "job-rig.h"
#include "nvram-copy.h"
#include "save-image.h"

/* Two snapshots, a and b, of two disks. */
typedef struct {
    FirnTestJobRig job;
    FirnSnapshot *a, *b; /* (owned) */
} Fixture;

static const char *const both[] = {"node-vda", "node-vdb", NULL};
static const char *const first[] = {"node-vda", NULL};

static FirnSnapshot *
make(Fixture *fixture, const char *name)
{
    g_autofree char *uuid = firn_test_job_rig_snapshot(&fixture->job, name);

    return firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
    fixture->a = make(fixture, "a");
    fixture->b = make(fixture, "b");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_snapshot_unref(fixture->a);
    firn_snapshot_unref(fixture->b);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

typedef struct {
    Fixture *fixture;
    gboolean is_repair;
    FirnJob *job; /* (owned) */
} Start;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, job);
}

static void
start(gpointer data)
{
    Start *self = data;
    FirnTestJobRig *rig = &self->fixture->job;

    self->job = g_object_ref(
        firn_verify_job_start(rig->jobs, rig->rig.vm, rig->backend, self->is_repair, 0, NULL));
    g_signal_connect(self->job, "completed", G_CALLBACK(on_completed), rig->ended);
}

static void
assert_verified(Fixture *fixture, gboolean is_repair, const char *expected)
{
    Start self = {fixture, is_repair, NULL};
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GVariant) findings = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    GVariantIter iter;
    const char *state, *subject, *disks;

    firn_test_loop_thread_call(start, &self);
    firn_test_job_rig_end(&fixture->job);
    g_assert_no_error(firn_job_get_error(self.job));
    result = firn_job_dup_result(self.job);
    findings =
        g_variant_lookup_value(result, "findings", G_VARIANT_TYPE(FIRN_VERIFY_FINDINGS_TYPE));
    g_variant_iter_init(&iter, findings);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &state, &subject, &disks, NULL)) {
        g_test_message("%s %s: %s", state, subject, disks);
        g_string_append_printf(text, "%s=%s ", subject, state);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_object_unref(self.job);
}

static void
lose(Fixture *fixture, const char *const *nodes, const char *tag)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->job.rig.vm);

    g_assert_true(firn_internal_snapshot_delete(monitor, nodes, tag, NULL));
}

static void
cut(Fixture *fixture, const char *const *nodes, const char *tag)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->job.rig.vm);

    g_assert_true(firn_internal_snapshot_take(monitor, nodes, tag, 10000, NULL));
}

static void
test_ok(Fixture *fixture, gconstpointer data)
{
    assert_verified(fixture, FALSE, "a=ok b=ok ");
    assert_verified(fixture, TRUE, "a=ok b=ok ");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    lose(fixture, both, fixture->a->tag);
    assert_verified(fixture, FALSE, "a=missing b=ok ");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
    assert_verified(fixture, TRUE, "a=repaired b=ok ");
    assert_verified(fixture, FALSE, "b=ok ");
}

/* The rest of the snapshot stays, and so does its record. */
static void
test_degraded(Fixture *fixture, gconstpointer data)
{
    lose(fixture, first, fixture->a->tag);
    assert_verified(fixture, FALSE, "a=degraded b=ok ");
    assert_verified(fixture, TRUE, "a=degraded b=ok ");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
}

/* Changes the record of a as if both images had been elsewhere and the disks had other names. */
static void
move_away(Fixture *fixture)
{
    g_autoptr(FirnSnapshot) before = firn_snapshot_copy(fixture->a);

    for (guint i = 0; i < before->disks->len; i++) {
        FirnSnapshotDisk *disk = before->disks->pdata[i];

        g_free(disk->target);
        g_free(disk->path);
        disk->target = g_strdup_printf("hd%u", i);
        disk->path = g_strdup_printf("%s/old%u.qcow2", fixture->job.rig.folder, i);
    }
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, remove, before->uuid));
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, add, before));
}

static void
test_moved(Fixture *fixture, gconstpointer data)
{
    move_away(fixture);
    assert_verified(fixture, TRUE, "a=ok b=ok ");
    lose(fixture, first, fixture->a->tag);
    assert_verified(fixture, TRUE, "a=degraded b=ok ");
}

static void
test_foreign(Fixture *fixture, gconstpointer data)
{
    g_autofree char *tags = NULL;

    cut(fixture, first, "nightly");
    assert_verified(fixture, FALSE, "a=ok b=ok nightly=foreign ");
    assert_verified(fixture, TRUE, "a=ok b=ok nightly=foreign ");
    tags = firn_test_fake_monitor_dup_snapshots(fixture->job.rig.monitor, "vda");
    g_assert_nonnull(strstr(tags, "nightly"));
}

static void
begin(Fixture *fixture, FirnIntentKind kind, const FirnSnapshot *snapshot)
{
    g_autoptr(FirnIntent) intent =
        firn_intent_new(kind, firn_vm_get_uuid(fixture->job.rig.vm), "web1", snapshot);

    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
}

static void
test_interrupted(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) c = firn_snapshot_new("c", NULL, firn_evidence_new(FIRN_QUIESCE_TRY));
    g_autofree char *path = g_build_filename(fixture->job.rig.folder, "vda.qcow2", NULL);

    firn_snapshot_add_disk(c, "vda", "qcow2", path, 1024);
    begin(fixture, FIRN_INTENT_KIND_CREATE, c);
    begin(fixture, FIRN_INTENT_KIND_DELETE, fixture->a);
    cut(fixture, first, c->tag);
    lose(fixture, first, fixture->a->tag);
    assert_verified(fixture, FALSE, "b=ok c=interrupted a=interrupted ");
    assert_verified(fixture, TRUE, "b=ok c=repaired a=repaired ");
    assert_verified(fixture, FALSE, "b=ok ");
    firn_test_job_rig_assert_tags(&fixture->job, fixture->b->tag);
}

/* The folder of save images, which all VMs share. */
static FirnStateDir *
keep_memory(Fixture *fixture)
{
    g_autofree char *folder = g_build_filename(fixture->job.rig.folder, "memory", NULL);
    FirnStateDir *directory = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);

    firn_vm_keep_files(fixture->job.rig.vm, directory, directory);
    return directory;
}

static guint64
write_memory(FirnStateDir *directory, const char *uuid, const char *vm)
{
    g_autofree char *xml = g_strdup_printf("<domain><uuid>%s</uuid></domain>", vm);
    g_auto(FirnFileDescriptor) file = firn_save_image_begin(directory, uuid, xml, 4096, NULL);
    guint64 bytes = 0;

    g_assert_cmpint(file, >=, 0);
    g_assert_true(firn_save_image_finish(file, &bytes, NULL));
    return bytes;
}

/* Neither a file of another VM, nor one of a snapshot whose tag a disk still has. */
static void
test_orphaned(Fixture *fixture, gconstpointer data)
{
    static const char orphan[] = "77777777-1111-4222-8333-123456789abc";
    static const char other[] = "88888888-1111-4222-8333-123456789abc";
    g_autoptr(FirnStateDir) directory = keep_memory(fixture);
    const char *vm = firn_vm_get_uuid(fixture->job.rig.vm);
    g_autofree char *found = g_strdup_printf("b=ok %s=foreign ", fixture->a->tag);
    g_autofree char *before = g_strdup_printf("%s%s.save=orphaned ", found, orphan);
    g_autofree char *after = g_strdup_printf("%s%s.save=repaired ", found, orphan);

    write_memory(directory, orphan, vm);
    write_memory(directory, other, other);
    write_memory(directory, fixture->a->uuid, vm);
    g_assert_true(FIRN_TEST_CHANGE(fixture->job.rig.catalogue, NULL, remove, fixture->a->uuid));
    assert_verified(fixture, FALSE, before);
    assert_verified(fixture, TRUE, after);
    assert_verified(fixture, FALSE, found);
    g_assert_true(firn_state_dir_has(directory, "88888888-1111-4222-8333-123456789abc.save"));
    /* It is not proved that the file is useless. */
    g_assert_true(
        firn_state_dir_has(directory, "77777777-1111-4222-8333-123456789abc.save.orphaned"));
}

static void
keep_nvram(FirnStateDir *directory, Fixture *fixture, const char *uuid, const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

    g_assert_true(
        firn_nvram_copy_keep(directory, firn_vm_get_uuid(fixture->job.rig.vm), uuid, bytes, NULL));
}

/* UEFI variables: those of a record must match it, and those without a snapshot are orphaned. */
static void
test_nvram(Fixture *fixture, gconstpointer data)
{
    static const char orphan[] = "77777777-1111-4222-8333-123456789abc";
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autoptr(FirnStateDir) directory = keep_memory(fixture);
    g_autofree char *name =
        firn_nvram_copy_file_name(firn_vm_get_uuid(fixture->job.rig.vm), orphan);
    g_autofree char *before = g_strdup_printf("a=ok b=ok %s=orphaned ", name);
    g_autofree char *after = g_strdup_printf("a=ok b=ok %s=repaired ", name);
    g_autoptr(FirnSnapshot) a = firn_snapshot_copy(fixture->a);
    g_autoptr(GBytes) bytes = g_bytes_new_static("variables", 9);

    a->nvram = firn_nvram_record_new("/srv/vars.fd");
    firn_nvram_record_measure(a->nvram, bytes);
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, remove, a->uuid));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, add, a));
    keep_nvram(directory, fixture, a->uuid, "variables");
    keep_nvram(directory, fixture, orphan, "variables");
    assert_verified(fixture, FALSE, before);
    assert_verified(fixture, TRUE, after);
    keep_nvram(directory, fixture, a->uuid, "variableS");
    assert_verified(fixture, FALSE, "a=degraded b=ok ");
    g_assert_true(
        firn_nvram_copy_remove(directory, firn_vm_get_uuid(fixture->job.rig.vm), a->uuid, NULL));
    assert_verified(fixture, TRUE, "a=degraded b=ok ");
}

/* Its disks are complete; when they have lost it, the file is removed with the record. */
static void
test_memory(Fixture *fixture, gconstpointer data)
{
    FirnCatalogue *catalogue = fixture->job.rig.catalogue;
    g_autoptr(FirnStateDir) directory = keep_memory(fixture);
    g_autoptr(FirnSnapshot) a = firn_snapshot_copy(fixture->a);
    g_autofree char *path = firn_save_image_path(directory, a->uuid);

    a->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "7.2.0");
    a->memory->size_bytes = write_memory(directory, a->uuid, firn_vm_get_uuid(fixture->job.rig.vm));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, remove, a->uuid));
    g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, add, a));
    assert_verified(fixture, TRUE, "a=ok b=ok ");
    g_assert_no_errno(truncate(path, 100));
    assert_verified(fixture, TRUE, "a=degraded b=ok ");
    lose(fixture, both, a->tag);
    assert_verified(fixture, TRUE, "a=repaired b=ok ");
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* A disk that could not be read does not count as missing, and no record is removed. */
static void
test_unreachable(Fixture *fixture, gconstpointer data)
{
    firn_test_peer_fail(fixture->job.rig.monitor_peer, "query-block", 0, "hangs");
    assert_verified(fixture, FALSE, "a=unreachable b=unreachable ");
    assert_verified(fixture, TRUE, "a=unreachable b=unreachable ");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 2);
}

/* Off: one image is gone, so nothing is known of its disk; the other is read. */
static void
test_image_away(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->job.rig.folder, "vdb.qcow2", NULL);
    g_autofree char *away = g_strconcat(path, ".away", NULL);

    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    assert_verified(fixture, FALSE, "a=missing b=missing ");
    g_assert_no_errno(g_rename(path, away));
    assert_verified(fixture, TRUE, "a=unreachable b=unreachable ");
    g_assert_no_errno(g_rename(away, path));
    assert_verified(fixture, TRUE, "a=repaired b=repaired ");
}

static void
test_unreadable(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path =
        g_build_filename(fixture->job.rig.folder, "journal", "1.json.unreadable", NULL);
    g_autofree char *expected = g_strdup_printf("a=ok b=ok %s=unreadable ", path);

    g_assert_true(g_file_set_contents(path, "garbage", -1, NULL));
    assert_verified(fixture, TRUE, expected);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_unlink(path), ==, 0);
    assert_verified(fixture, FALSE, "a=ok b=ok ");
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/verify-job/ok", test_ok);
    add("/job/verify-job/missing", test_missing);
    add("/job/verify-job/degraded", test_degraded);
    add("/job/verify-job/orphaned", test_orphaned);
    add("/job/verify-job/memory", test_memory);
    add("/job/verify-job/nvram", test_nvram);
    add("/job/verify-job/moved-and-renamed", test_moved);
    add("/job/verify-job/foreign", test_foreign);
    add("/job/verify-job/interrupted", test_interrupted);
    add("/job/verify-job/unreachable/monitor", test_unreachable);
    add("/job/verify-job/unreachable/image-away", test_image_away);
    add("/job/verify-job/unreadable", test_unreadable);
    return g_test_run();
}
