/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-device.h"
#include "disk-tables.h"

static void
add_entry(FirnDisk *disk, const char *id, const char *tag, gint64 created_s)
{
    g_autofree char *text = g_strdup_printf("[{\"id\": \"%s\", \"name\": \"%s\", \"vm-state-size\""
                                            ": 0, \"date-sec\": %d, \"date-nsec\": 0, "
                                            "\"vm-clock-sec\": 0, \"vm-clock-nsec\": 0}]",
                                            id,
                                            tag,
                                            (int)created_s);
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    g_autoptr(GPtrArray) parsed = firn_image_snapshots_parse(json_node_get_array(node));

    g_assert_cmpuint(parsed->len, ==, 1);
    g_ptr_array_extend_and_steal(disk->snapshots, g_steal_pointer(&parsed));
}

static GPtrArray *
make_disks(FirnDisk **out_vda, FirnDisk **out_vdb)
{
    GPtrArray *disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);

    *out_vda = firn_disk_new("vda", "qcow2");
    *out_vdb = firn_disk_new("vdb", "qcow2");
    g_ptr_array_add(disks, *out_vda);
    g_ptr_array_add(disks, *out_vdb);
    return disks;
}

static FirnSnapshot *
make_record(const char *name)
{
    FirnSnapshot *record = firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_REQUIRE));

    firn_snapshot_add_disk(record, "vda", "qcow2", "/a.qcow2", 1);
    firn_snapshot_add_disk(record, "vdb", "qcow2", "/b.qcow2", 1);
    return record;
}

static gboolean
have(GPtrArray *disks, const FirnSnapshot *record)
{
    g_autoptr(FirnDiskTables) tables =
        firn_disk_tables_new(disks, firn_disk_presence_look_new(disks, NULL, TRUE), NULL);

    return firn_disk_tables_have(tables, record);
}

static void
test_have(void)
{
    FirnDisk *vda, *vdb;
    g_autoptr(GPtrArray) disks = make_disks(&vda, &vdb);
    g_autoptr(FirnSnapshot) record = make_record("a");

    g_assert_false(have(disks, record));
    add_entry(vda, "1", record->tag, 10);
    g_assert_false(have(disks, record));
    add_entry(vdb, "1", record->tag, 10);
    g_assert_true(have(disks, record));
    /* With two it is unknown which one is meant, which is as bad as none. */
    add_entry(vdb, "2", record->tag, 10);
    g_assert_false(have(disks, record));
}

static void
test_lost_disk(void)
{
    FirnDisk *vda, *vdb;
    g_autoptr(GPtrArray) disks = make_disks(&vda, &vdb);
    g_autoptr(FirnSnapshot) record = make_record("a");

    add_entry(vda, "1", record->tag, 10);
    g_ptr_array_remove_index(disks, 1);
    g_assert_false(have(disks, record));
}

static void
test_foreign(void)
{
    FirnDisk *vda, *vdb;
    g_autoptr(GPtrArray) disks = make_disks(&vda, &vdb);
    g_autoptr(FirnSnapshot) record = make_record("a");
    g_autoptr(GPtrArray) records = g_ptr_array_new();
    g_autoptr(FirnDiskTables) tables = NULL;
    g_autoptr(GPtrArray) foreign = NULL;
    FirnForeignSnapshot *first, *second;

    g_ptr_array_add(records, record);
    add_entry(vda, "1", record->tag, 10);
    add_entry(vda, "2", "late", 30);
    add_entry(vda, "3", "early", 20);
    add_entry(vdb, "9", "late", 31);
    tables = firn_disk_tables_new(disks, firn_disk_presence_look_new(disks, NULL, TRUE), NULL);
    foreign = firn_disk_tables_list_foreign(tables, records);
    g_assert_cmpuint(foreign->len, ==, 2);
    first = foreign->pdata[0];
    second = foreign->pdata[1];
    g_assert_cmpstr(first->tag, ==, "early");
    g_assert_cmpstr(first->kind, ==, "internal");
    g_assert_cmpuint(first->disks->len, ==, 1);
    g_assert_cmpstr(second->tag, ==, "late");
    g_assert_cmpstr(second->id, ==, "2");
    g_assert_cmpuint(second->disks->len, ==, 2);
}

static void
list(GPtrArray *listed, const char *name, const char *more)
{
    g_autofree char *xml = g_strdup_printf("<domainsnapshot><name>%s</name><creationTime>40"
                                           "</creationTime>%s</domainsnapshot>",
                                           name,
                                           more);

    g_ptr_array_add(listed, firn_listed_snapshot_parse(xml, NULL));
}

/* Foreign snapshots that the VM's source lists, and what is on the disks. */
static void
test_listed(void)
{
    FirnDisk *vda, *vdb;
    g_autoptr(GPtrArray) disks = make_disks(&vda, &vdb);
    g_autoptr(GPtrArray) listed = firn_listed_snapshots_new();
    g_autoptr(GPtrArray) nothing = g_ptr_array_new();
    g_autoptr(FirnDiskTables) tables = NULL;
    g_autoptr(GPtrArray) foreign = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    add_entry(vda, "1", "here", 10);
    add_entry(vda, "2", "mixed", 20);
    list(listed, "here", "");
    list(listed, "mixed", "<memory snapshot='external' file='/ram'/>");
    list(listed, "ext", "<disks><disk name='vdb' snapshot='external'/></disks>");
    list(listed, "gone", "");
    tables = firn_disk_tables_new(disks, firn_disk_presence_look_new(disks, NULL, TRUE), listed);
    foreign = firn_disk_tables_list_foreign(tables, nothing);
    for (guint i = 0; i < foreign->len; i++) {
        const FirnForeignSnapshot *one = foreign->pdata[i];

        g_string_append_printf(text, "%s=%s/%u ", one->tag, one->kind, one->disks->len);
    }
    g_assert_cmpstr(text->str, ==, "here=internal/1 mixed=external/1 ext=external/1 gone=empty/0 ");
}

/* Images below an overlay are not read. */
static void
test_covered(void)
{
    FirnDisk *vda, *vdb;
    g_autoptr(GPtrArray) disks = make_disks(&vda, &vdb);
    g_autoptr(GPtrArray) listed = firn_listed_snapshots_new();
    g_autoptr(GPtrArray) nothing = g_ptr_array_new();
    g_autoptr(FirnDiskTables) tables = NULL;
    g_autoptr(GPtrArray) foreign = NULL;

    vdb->backing_path = g_strdup("/srv/b.qcow2");
    list(listed, "below", "");
    tables = firn_disk_tables_new(disks, firn_disk_presence_look_new(disks, NULL, TRUE), listed);
    foreign = firn_disk_tables_list_foreign(tables, nothing);
    g_assert_cmpuint(foreign->len, ==, 1);
    g_assert_cmpstr(((FirnForeignSnapshot *)foreign->pdata[0])->kind, ==, "covered");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/disk-tables/have", test_have);
    g_test_add_func("/service/disk-tables/lost-disk", test_lost_disk);
    g_test_add_func("/service/disk-tables/foreign", test_foreign);
    g_test_add_func("/service/disk-tables/listed", test_listed);
    g_test_add_func("/service/disk-tables/covered", test_covered);
    return g_test_run();
}
