/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frozen-disks.h"

#include "check.h"
#include "indication.h"
#include "job-rig.h"

/* The disks vda and vdb are in the slots 3 and 4. */
typedef struct {
    const char *name;
    const char *mounted; /* "TYPE@SLOT+SLOT ...": file systems and the disks below; slot 0: SATA */
    const char *exclude; /* (nullable) */
    const char *not_frozen; /* targets */
} Case;

static const Case cases[] = {
    {"each-has-one",                "ext4@3 xfs@4",     NULL,  ""   },
    {"one-has-none",                "ext4@3",           NULL,  "vdb"},
    {"volume-on-both",              "ext4@3+4",         NULL,  ""   },
    {"cannot-be-frozen",            "ext4@3 vfat@4",    NULL,  "vdb"},
    {"left-out",                    "ext4@3",           "vdb", ""   },
    {"lies-on-what-is-left-out",    "ext4@4",           "vdb", "vda"},
    {"one-lies-nobody-knows-where", "ext4@3 xfs@",      NULL,  ""   },
    {"one-lies-on-another-kind",    "ext4@3 xfs@0",     NULL,  ""   },
    {"one-lies-on-no-disk-of-qemu", "ext4@3 xfs@9",     NULL,  ""   },
    {"unknown-cannot-be-frozen",    "ext4@3 squashfs@", NULL,  "vdb"},
    {"may-be-spread",               "btrfs@3",          NULL,  ""   },
    {"nothing-is-frozen",           "vfat@3",           NULL,  ""   },
    {"nothing-is-mounted",          "",                 NULL,  ""   },
};

static void
add_disks(GString *text, const char *places)
{
    g_auto(GStrv) slots = g_strsplit(places, "+", 0);

    for (GStrv slot = slots; *slot != NULL && **slot != '\0'; slot++)
        g_string_append_printf(text,
                               "%s{\"bus-type\": \"%s\", \"unit\": 0, \"pci-controller\": "
                               "{\"domain\": 0, \"bus\": 0, \"slot\": %s, \"function\": 0}}",
                               slot == slots ? "" : ", ",
                               g_str_equal(*slot, "0") ? "sata" : "virtio",
                               *slot);
}

static char *
describe(const char *mounted)
{
    g_autoptr(GString) text = g_string_new("[");
    g_auto(GStrv) words = g_strsplit(mounted, " ", 0);

    for (GStrv word = words; *word != NULL && **word != '\0'; word++) {
        g_auto(GStrv) parts = g_strsplit(*word, "@", 2);

        g_string_append_printf(text,
                               "%s{\"mountpoint\": \"/%ld\", \"type\": \"%s\", \"name\": \"%s\", "
                               "\"disk\": [",
                               word == words ? "" : ", ",
                               (long)(word - words),
                               parts[0],
                               *word);
        add_disks(text, parts[1]);
        g_string_append(text, "]}");
    }
    g_string_append_c(text, ']');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
place_disks(FirnTestJobRig *self)
{
    firn_test_job_rig_answer(self,
                             "query-pci",
                             "[{\"bus\": 0, \"devices\": ["
                             "{\"bus\": 0, \"slot\": 3, \"function\": 0, \"qdev_id\": \"vda\"},"
                             "{\"bus\": 0, \"slot\": 4, \"function\": 0, \"qdev_id\": \"vdb\"}]}]");
}

static char *
run(FirnTestJobRig *self, const Case *example)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autofree char *file_systems = describe(example->mounted);
    g_autoptr(FirnCheck) check = NULL;
    FirnEvidence *evidence;

    if (example->exclude != NULL)
        params->exclude = g_strsplit(example->exclude, " ", -1);
    firn_test_job_rig_mount(self, file_systems);
    check = firn_check_run(params, NULL);
    evidence = check->snapshot->evidence;
    g_assert_nonnull(check->guest->agent);
    g_assert_cmpint(firn_evidence_has(evidence, FIRN_INDICATION_DISK_NOT_FROZEN),
                    ==,
                    evidence->not_frozen->len > 0);
    g_ptr_array_add(evidence->not_frozen, NULL);
    return g_strjoinv(" ", (char **)evidence->not_frozen->pdata);
}

static void
test_case(FirnTestJobRig *self, gconstpointer data)
{
    const Case *example = data;
    g_autofree char *targets = NULL;

    place_disks(self);
    targets = run(self, example);
    g_assert_cmpstr(targets, ==, example->not_frozen);
}

/* For example a QEMU without PCI. */
static void
test_no_map(FirnTestJobRig *self, gconstpointer data)
{
    g_autofree char *targets = run(self, &cases[1]);

    g_assert_cmpstr(targets, ==, "");
}

/* The verdict is about file systems; the record names the disks without any. */
static void
test_recorded(FirnTestJobRig *self, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autofree char *file_systems = describe("ext4@3");
    g_autoptr(FirnSnapshot) snapshot = NULL;

    params->name = g_strdup("one");
    place_disks(self);
    firn_test_job_rig_mount(self, file_systems);
    g_object_unref(firn_test_job_rig_create(self, params));
    snapshot = firn_catalogue_lookup(self->rig.catalogue, "one", NULL);
    g_assert_nonnull(snapshot);
    g_assert_cmpint(snapshot->verdict, ==, FIRN_VERDICT_FILESYSTEM);
    g_assert_true(firn_evidence_has(snapshot->evidence, FIRN_INDICATION_DISK_NOT_FROZEN));
    g_assert_cmpuint(snapshot->evidence->not_frozen->len, ==, 1);
    g_assert_cmpstr(snapshot->evidence->not_frozen->pdata[0], ==, "vdb");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/job/frozen-disks/", cases[i].name, NULL);

        firn_test_job_rig_add(path, &cases[i], test_case);
    }
    firn_test_job_rig_add("/job/frozen-disks/no-map", NULL, test_no_map);
    firn_test_job_rig_add("/job/frozen-disks/recorded", NULL, test_recorded);
    return g_test_run();
}
