/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-info.h"

#include <string.h>

#include "block-device.h"
#include "engine-error.h"

typedef struct {
    FirnDisk *disk; /* (owned) */
    FirnImageFacts facts;
    GError *error; /* (owned) (nullable) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->disk = firn_disk_new("vda", "qcow2");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_error(&fixture->error);
    firn_disk_free(fixture->disk);
}

static gboolean
parse(Fixture *fixture, const char *text)
{
    g_clear_error(&fixture->error);
    return firn_image_info_parse(fixture->disk,
                                 text,
                                 strlen(text),
                                 &fixture->facts,
                                 &fixture->error);
}

/* As QEMU 7.2 prints it. */
static void
test_whole(Fixture *fixture, gconstpointer data)
{
    const FirnImageSnapshot *snapshot;

    g_assert_true(parse(fixture,
                        "{\"snapshots\": [{\"vm-clock-nsec\": 0, \"name\": \"a.01234567\","
                        " \"date-sec\": 1763733600, \"date-nsec\": 0, \"vm-clock-sec\": 0,"
                        " \"id\": \"1\", \"vm-state-size\": 7}],"
                        " \"virtual-size\": 1048576, \"filename\": \"a\","
                        " \"cluster-size\": 65536, \"format\": \"qcow2\","
                        " \"full-backing-filename\": \"/srv/b\", \"backing-filename\": \"b\","
                        " \"backing-filename-format\": \"qcow2\","
                        " \"format-specific\": {\"type\": \"qcow2\", \"data\":"
                        " {\"data-file\": \"/etc/shadow\", \"corrupt\": true}}}"));
    g_assert_cmpuint(fixture->disk->size_bytes, ==, 1048576);
    g_assert_cmpstr(fixture->disk->backing_path, ==, "/srv/b");
    g_assert_cmpstr(fixture->disk->backing_format, ==, "qcow2");
    g_assert_cmpuint(fixture->disk->snapshots->len, ==, 1);
    snapshot = fixture->disk->snapshots->pdata[0];
    g_assert_cmpstr(snapshot->tag, ==, "a.01234567");
    g_assert_cmpuint(snapshot->vm_state_bytes, ==, 7);
    g_assert_cmpuint(fixture->facts.cluster_bytes, ==, 65536);
    g_assert_true(fixture->facts.has_data_file);
    g_assert_true(fixture->facts.is_corrupt);
}

/* The dirty flag of lazy refcounts, and a bitmap that is in use, as QEMU 7.2 prints them. */
static void
test_left_open(Fixture *fixture, gconstpointer data)
{
    g_assert_true(parse(fixture,
                        "{\"virtual-size\": 1, \"format\": \"qcow2\", \"dirty-flag\": false,"
                        " \"format-specific\": {\"type\": \"qcow2\", \"data\": {\"bitmaps\":"
                        " [{\"flags\": [\"auto\"], \"name\": \"b\", \"granularity\": 65536}]}}}"));
    g_assert_false(fixture->disk->is_left_open);
    g_assert_true(
        parse(fixture, "{\"virtual-size\": 1, \"format\": \"qcow2\", \"dirty-flag\": true}"));
    g_assert_true(fixture->disk->is_left_open);
    g_assert_true(parse(fixture,
                        "{\"virtual-size\": 1, \"format\": \"qcow2\", \"dirty-flag\": false,"
                        " \"format-specific\": {\"type\": \"qcow2\", \"data\": {\"bitmaps\":"
                        " [{\"flags\": [\"in-use\", \"auto\"], \"name\": \"b\"}]}}}"));
    g_assert_true(fixture->disk->is_left_open);
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"virtual-size\": 1, \"format\": \"raw\"}",
        "{\"virtual-size\": -1, \"format\": \"qcow2\"}",
        "{\"virtual-size\": \"1\", \"format\": \"qcow2\"}",
        "{\"virtual-size\": 1, \"virtual-size\": 2, \"format\": \"qcow2\"}",
        "{\"virtual-size\": 1, \"format\": \"qcow2\"} {}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_false(parse(fixture, texts[i]));
        g_assert_error(fixture->error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        g_assert_cmpuint(fixture->disk->size_bytes, ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/engine/image-info/whole", Fixture, NULL, set_up, test_whole, tear_down);
    g_test_add("/engine/image-info/left-open", Fixture, NULL, set_up, test_left_open, tear_down);
    g_test_add("/engine/image-info/refused", Fixture, NULL, set_up, test_refused, tear_down);
    return g_test_run();
}
