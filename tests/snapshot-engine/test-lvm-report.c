/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-report.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "engine-error.h"

/* One LV with all members that are read; %s: more of them. */
#define ROW                                                                                        \
    "{\"vg_name\":\"vg0\", \"vg_lock_type\":\"\", \"vg_extent_size\":\"4194304\", "                \
    "\"vg_free\":\"100\", \"lv_name\":\"a\", \"lv_size\":\"8388608\", \"lv_layout\":\"linear\", "  \
    "\"lv_role\":\"public\", \"origin\":\"\", \"pool_lv\":\"\", \"lv_tags\":\"\", "                \
    "\"lv_active\":\"active\", \"lv_active_exclusively\":\"1\", "                                  \
    "\"lv_permissions\":\"writeable\", "                                                           \
    "\"lv_merging\":\"0\", \"lv_snapshot_invalid\":\"-1\", \"lv_device_open\":\"0\", "             \
    "\"lv_kernel_major\":\"253\", \"lv_kernel_minor\":\"6\", \"lv_health_status\":\"\", "          \
    "\"lv_check_needed\":\"-1\", \"data_percent\":\"\", \"metadata_percent\":\"\"}"
#define REPORT "{\"report\": [{\"lv\": [" ROW "]}]}\n"

/* Recorded with LVM 2.03.16. */
static GPtrArray *
read_recorded(const char *name)
{
    g_autofree char *path = g_build_filename(REPORTS_DIR, name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;
    GPtrArray *lvs;

    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    lvs = firn_lvm_report_parse(text, length, &error);
    g_assert_no_error(error);
    return lvs;
}

static const FirnLv *
find(GPtrArray *lvs, const char *name)
{
    for (guint i = 0; i < lvs->len; i++)
        if (g_str_equal(((FirnLv *)lvs->pdata[i])->name, name))
            return lvs->pdata[i];
    g_error("no LV %s", name);
}

static void
test_thin(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thin-snapshots.json");
    const FirnLv *pool = find(lvs, "pool");
    const FirnLv *disk = find(lvs, "web1");
    const FirnLv *snapshot = find(lvs, "web1.firn1");

    g_assert_cmpint(pool->kind, ==, FIRN_LV_KIND_THIN_POOL);
    g_assert_cmpfloat(pool->data_percent, ==, 12.5);
    g_assert_cmpfloat(pool->metadata_percent, >, 11);
    g_assert_cmpint(disk->kind, ==, FIRN_LV_KIND_THIN);
    g_assert_cmpstr(disk->vg, ==, "vg0");
    g_assert_cmpstr(disk->pool, ==, "pool");
    g_assert_cmpstr(disk->origin, ==, "");
    g_assert_cmpuint(disk->size_bytes, ==, 32 * 1024 * 1024);
    g_assert_cmpuint(disk->device, ==, makedev(253, 4));
    g_assert_true(disk->is_active && disk->is_exclusive && disk->is_writable);
    g_assert_false(disk->is_open || disk->is_merging || disk->is_invalid || disk->needs_check);
    g_assert_cmpstr(snapshot->origin, ==, "web1");
    g_assert_true(firn_lv_has_tag(snapshot, "firn.tag=a.12345678"));
    g_assert_false(firn_lv_has_tag(snapshot, "firn.tag=a"));
    g_assert_false(snapshot->is_active || snapshot->is_writable);
    g_assert_cmpuint(snapshot->device, ==, 0);
}

/* A snapshot's origin is named by what it is called now. */
static void
test_renamed(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thin-renamed.json");

    g_assert_cmpstr(find(lvs, "web1.firn1")->origin, ==, "web1.old");
    g_assert_cmpstr(find(lvs, "web1")->origin, ==, "web1.firn1");
}

static void
test_hidden(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thin-snapshots.json");
    const FirnLv *spare = find(lvs, "lvol0_pmspare");

    g_assert_cmpint(spare->kind, ==, FIRN_LV_KIND_OTHER);
    g_assert_cmpint(find(lvs, "pool_tdata")->kind, ==, FIRN_LV_KIND_OTHER);
}

static void
test_overflow(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thick-overflow.json");
    const FirnLv *lost = find(lvs, "disk.firn1");

    g_assert_cmpint(find(lvs, "disk")->kind, ==, FIRN_LV_KIND_THICK);
    g_assert_true(lost->is_invalid);
    g_assert_cmpfloat(lost->data_percent, ==, 100);
    g_assert_false(find(lvs, "disk.firn2")->is_invalid);
}

/* LVM hides the snapshot that it will merge. */
static void
test_merging(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thick-merging.json");

    g_assert_true(find(lvs, "disk")->is_merging);
    g_assert_true(find(lvs, "disk")->is_open);
    g_assert_true(find(lvs, "disk.firn2")->is_merging);
    g_assert_false(find(lvs, "disk.firn3")->is_merging);
}

static void
test_full_pool(void)
{
    g_autoptr(GPtrArray) lvs = read_recorded("thin-full.json");
    const FirnLv *pool = find(lvs, "pool");

    g_assert_cmpfloat(pool->data_percent, ==, 100);
    g_assert_cmpstr(pool->health, ==, "out_of_data");
}

static GPtrArray *
parse_changed(const char *was, const char *is, GError **error)
{
    g_autoptr(GString) text = g_string_new(REPORT);

    g_assert_cmpuint(g_string_replace(text, was, is, 0), >, 0);
    return firn_lvm_report_parse(text->str, text->len, error);
}

static void
assert_read(const char *was, const char *is)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) lvs = parse_changed(was, is, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(lvs->len, ==, 1);
    g_assert_cmpstr(((FirnLv *)lvs->pdata[0])->name, ==, "a");
}

static void
assert_refused(const char *was, const char *is)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(parse_changed(was, is, &error));
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void
test_warnings(void)
{
    assert_read("{\"report\"",
                "  WARNING: This metadata update is NOT backed up.\nSum of {all}\n"
                "  {\"report\"");
    assert_refused("{\"report\"", "WARNING: {\"report\"");
    assert_refused("}]}\n", "}]}\nWARNING: late\n");
}

static void
test_newer_members(void)
{
    assert_read("\"lv_name\"", "\"lv_new\":\"x\", \"lv_number\":7, \"lv_name\"");
    assert_read("{\"report\"", "{\"log\": [], \"report\"");
}

static void
test_damaged(void)
{
    assert_refused("\"origin\":\"\"", "\"origin\":\"\", \"origin\":\"x\"");
    assert_refused("]}]}", "");
    assert_refused(REPORT, "");
    assert_refused(REPORT, "{}");
    assert_refused("\"lv\"", "\"vg\"");
    assert_refused("[{\"vg_name\"", "[7, {\"vg_name\"");
    assert_refused("\"lv_merging\":\"0\", ", "");
}

static void
test_foreign_values(void)
{
    assert_refused("\"lv_name\":\"a\"", "\"lv_name\":\"\"");
    assert_refused("\"lv_name\":\"a\"", "\"lv_name\":\"-a\"");
    assert_refused("\"lv_name\":\"a\"", "\"lv_name\":\"a/../b\"");
    assert_refused("\"lv_name\":\"a\"", "\"lv_name\":\"\\u001b[31m\"");
    assert_refused("\"lv_name\":\"a\"", "\"lv_name\":\"\xff\"");
    assert_refused("\"lv_tags\":\"\"", "\"lv_tags\":\"x y\"");
    assert_refused("\"8388608\"", "\"8388608B\"");
    assert_refused("\"8388608\"", "\"-1\"");
    assert_refused("\"8388608\"", "\"99999999999999999999\"");
    assert_refused("\"data_percent\":\"\"", "\"data_percent\":\"nan\"");
    assert_refused("\"data_percent\":\"\"", "\"data_percent\":\"101\"");
    assert_refused("\"lv_merging\":\"0\"", "\"lv_merging\":\"merging\"");
}

/* Another version's unknown, and a device that is not there. */
static void
test_unknown_values(void)
{
    assert_read("\"lv_device_open\":\"0\"", "\"lv_device_open\":\"4294967295\"");
    assert_read("\"lv_kernel_major\":\"253\"", "\"lv_kernel_major\":\"-1\"");
}

static void
test_shared(void)
{
    g_autoptr(GPtrArray) lvs =
        parse_changed("\"vg_lock_type\":\"\"", "\"vg_lock_type\":\"sanlock\"", NULL);

    g_assert_cmpstr(((FirnLv *)lvs->pdata[0])->lock_type, ==, "sanlock");
}

/* Each field that is asked for is read. */
static void
test_fields(void)
{
    g_auto(GStrv) fields = g_strsplit(FIRN_LVM_REPORT_FIELDS, ",", -1);

    for (guint i = 0; fields[i] != NULL; i++) {
        g_autofree char *member = g_strdup_printf("\"%s\":", fields[i]);

        assert_refused(member, "\"x\":");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lvm-report/recorded/thin", test_thin);
    g_test_add_func("/lvm-report/recorded/renamed-origin", test_renamed);
    g_test_add_func("/lvm-report/recorded/hidden", test_hidden);
    g_test_add_func("/lvm-report/recorded/overflow", test_overflow);
    g_test_add_func("/lvm-report/recorded/merging", test_merging);
    g_test_add_func("/lvm-report/recorded/full-pool", test_full_pool);
    g_test_add_func("/lvm-report/warnings", test_warnings);
    g_test_add_func("/lvm-report/newer-members", test_newer_members);
    g_test_add_func("/lvm-report/damaged", test_damaged);
    g_test_add_func("/lvm-report/foreign-values", test_foreign_values);
    g_test_add_func("/lvm-report/unknown-values", test_unknown_values);
    g_test_add_func("/lvm-report/shared", test_shared);
    g_test_add_func("/lvm-report/all-fields", test_fields);
    return g_test_run();
}
