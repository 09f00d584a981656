/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopted-record.h"

#include <string.h>

#include "block-device.h"

/* What the tables of two disks and the source's list contain, and the expected record. */
typedef struct {
    const char *name;
    gint64 clocks_ns[2];
    guint64 vm_state_bytes; /* on the first disk */
    const char *state;      /* (nullable) as listed; NULL: not listed */
    FirnVerdict verdict;
    const char *run_state;   /* (nullable) */
    const char *indications; /* in their order */
} Case;

/* clang-format off */
static const Case cases[] = {
    {"off", {0, 0}, 0, "shutoff", FIRN_VERDICT_CRASH, "off", "Adopted Offline OffUnknown"},
    /* firn lets libvirt list snapshots of running VMs like this, too. */
    {"off-in-the-list-only", {7, 8}, 0, "shutoff", FIRN_VERDICT_CRASH, NULL, "Adopted"},
    {"one-disk-ran", {0, 8}, 0, "shutoff", FIRN_VERDICT_CRASH, NULL, "Adopted"},
    {"off-in-the-tables-only", {0, 0}, 0, NULL, FIRN_VERDICT_CRASH, NULL,
     "Adopted InstantUnknown"},
    {"with-memory", {7, 7}, 5, "running", FIRN_VERDICT_CRASH, "running",
     "Adopted MemoryPresent Online"},
    {"paused", {7, 7}, 5, "paused", FIRN_VERDICT_CRASH, "paused", "Adopted MemoryPresent Paused"},
    {"savevm", {7, 7}, 5, NULL, FIRN_VERDICT_CRASH, NULL, "Adopted MemoryPresent"},
    {"memory-before-the-start", {0, 0}, 5, "shutoff", FIRN_VERDICT_CRASH, NULL,
     "Adopted MemoryPresent"},
    {"apart", {7, 9000}, 0, NULL, FIRN_VERDICT_CRASH, NULL, "Adopted InstantUnknown"},
};
/* clang-format on */

static FirnDisk *
make_disk(const char *target, gint64 clock_ns, guint64 vm_state_bytes)
{
    FirnDisk *disk = firn_disk_new(target, "qcow2");
    FirnImageSnapshot *entry = g_new0(FirnImageSnapshot, 1);

    entry->id = g_strdup("1");
    entry->tag = g_strdup("nightly");
    entry->created_s = 1700000000;
    entry->clock_ns = clock_ns;
    entry->vm_state_bytes = vm_state_bytes;
    g_ptr_array_add(disk->snapshots, entry);
    disk->path = g_strdup_printf("/srv/%s.qcow2", target);
    disk->size_bytes = 1024;
    return disk;
}

static FirnListedSnapshot *
make_listed(const char *state, const char *description)
{
    g_autofree char *xml = g_strdup_printf("<domainsnapshot><name>nightly</name><state>%s</state>"
                                           "<description>%s</description>"
                                           "<creationTime>1700000009</creationTime>"
                                           "<domain><name>web1</name></domain></domainsnapshot>",
                                           state,
                                           description);

    return firn_listed_snapshot_parse(xml, NULL);
}

static FirnSnapshot *
make_record(const Case *one, const char *description)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();
    g_autoptr(GPtrArray) excluded = g_ptr_array_new();
    g_autoptr(FirnListedSnapshot) listed =
        one->state == NULL ? NULL : make_listed(one->state, description);
    const FirnFoundSnapshot found = {"nightly", disks, listed, excluded, 1000};

    g_ptr_array_add(disks, make_disk("vda", one->clocks_ns[0], one->vm_state_bytes));
    g_ptr_array_add(disks, make_disk("vdb", one->clocks_ns[1], 0));
    return firn_adopted_record_new(&found, "n1");
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(FirnSnapshot) record = make_record(one, "of cron");
    g_autofree char *indications = NULL;

    g_ptr_array_add(record->evidence->indications, NULL);
    indications = g_strjoinv(" ", (char **)record->evidence->indications->pdata);
    g_assert_cmpint(record->verdict, ==, one->verdict);
    g_assert_cmpstr(record->evidence->run_state, ==, one->run_state);
    g_assert_cmpstr(indications, ==, one->indications);
    g_assert_cmpint(record->has_vm_state, ==, one->vm_state_bytes > 0);
}

static void
test_facts(void)
{
    g_autoptr(FirnSnapshot) record = make_record(&cases[0], "of cron");
    const FirnSnapshotDisk *second = record->disks->pdata[1];

    g_assert_true(firn_snapshot_check(record, NULL));
    g_assert_true(record->is_adopted);
    g_assert_true(record->is_to_register);
    g_assert_cmpstr(record->name, ==, "n1");
    g_assert_cmpstr(record->tag, ==, "nightly");
    g_assert_cmpstr(record->comment, ==, "of cron");
    g_assert_cmpint(record->created_us, ==, G_GINT64_CONSTANT(1700000009000000));
    g_assert_nonnull(strstr(record->definition, "web1"));
    g_assert_cmpstr(record->evidence->adopted_from, ==, "libvirt");
    g_assert_cmpstr(record->evidence->adopted_by, ==, "uid 1000");
    g_assert_cmpint(record->evidence->adopted_us, >, record->created_us);
    g_assert_cmpstr(second->target, ==, "vdb");
    g_assert_cmpstr(second->path, ==, "/srv/vdb.qcow2");
}

static void
test_not_listed(void)
{
    g_autoptr(FirnSnapshot) record = make_record(&cases[3], NULL);

    g_assert_true(firn_snapshot_check(record, NULL));
    g_assert_false(record->is_to_register);
    g_assert_cmpstr(record->comment, ==, "");
    g_assert_cmpint(record->created_us, ==, G_GINT64_CONSTANT(1700000000000000));
    g_assert_cmpstr(record->evidence->adopted_from, ==, "disks");
}

/* Whatever libvirt's description contains, the record can be saved. */
static void
test_odd_description(void)
{
    g_autofree char *longest = g_strnfill(1023, 'x');
    g_autofree char *text = g_strconcat(longest, "\xc3\xa4", NULL);
    g_autoptr(FirnSnapshot) cut = make_record(&cases[0], text);
    g_autoptr(FirnSnapshot) lines = make_record(&cases[0], "two\nlines\t");

    g_assert_true(firn_snapshot_check(cut, NULL));
    g_assert_cmpstr(cut->comment, ==, longest);
    g_assert_true(firn_snapshot_check(lines, NULL));
    g_assert_cmpstr(lines->comment, ==, "two lines");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/job/adopted-record/verdict/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/job/adopted-record/facts", test_facts);
    g_test_add_func("/job/adopted-record/not-listed", test_not_listed);
    g_test_add_func("/job/adopted-record/odd-description", test_odd_description);
    return g_test_run();
}
