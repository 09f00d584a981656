/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-decision.h"

#include <string.h>

#include "catalogue-change.h"
#include "scratch-dir.h"

#define UUID "11111111-1111-4222-8333-123456789abc"

/* The request, what firnd knows, and a word that the refusal must contain; NULL: permitted. */
typedef struct {
    FirnHookOperation operation;
    guint job;
    guint mark;  /* number of snapshots in the XML's mark */
    guint known; /* snapshots in the catalogue here */
    const char *word;
} Case;

static const Case cases[] = {
    {FIRN_HOOK_OPERATION_PREPARE, 0, 0, 0, NULL              },
    {FIRN_HOOK_OPERATION_PREPARE, 7, 0, 0, "job 7, create"   },
    {FIRN_HOOK_OPERATION_PREPARE, 0, 2, 0, NULL              },
    {FIRN_HOOK_OPERATION_RESTORE, 0, 0, 1, NULL              },
    {FIRN_HOOK_OPERATION_RESTORE, 7, 0, 1, "job 7, create"   },
    {FIRN_HOOK_OPERATION_MIGRATE, 0, 0, 0, NULL              },
    {FIRN_HOOK_OPERATION_MIGRATE, 0, 2, 0, "2 firn snapshots"},
    {FIRN_HOOK_OPERATION_MIGRATE, 0, 1, 1, NULL              },
    {FIRN_HOOK_OPERATION_MIGRATE, 7, 1, 1, "job 7, create"   },
    {FIRN_HOOK_OPERATION_OTHER,   7, 2, 0, NULL              },
};

static FirnCatalogue *
make_catalogue(FirnTestScratchDir *dir, guint n_snapshots)
{
    const FirnPolicy profile = {.max_snapshots = 10};
    FirnCatalogue *catalogue =
        firn_catalogue_open(firn_test_scratch_dir_get_path(dir), UUID, "web1", &profile);

    for (guint i = 0; i < n_snapshots; i++) {
        g_autofree char *name = g_strdup_printf("s%u", i);
        g_autoptr(FirnSnapshot) snapshot =
            firn_snapshot_new(name, NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

        snapshot->created_us = 1;
        firn_snapshot_add_disk(snapshot, "vda", "qcow2", "/nonexistent/a.qcow2", 1024);
        g_assert_true(FIRN_TEST_CHANGE(catalogue, NULL, add, snapshot));
    }
    return catalogue;
}

static FirnHookRequest *
make_request(const Case *one)
{
    g_autofree char *text = g_strdup_printf("x\n<domain><name>web1</name><uuid>" UUID
                                            "</uuid><metadata><firn:snapshots "
                                            "xmlns:firn='urn:firn:snapshots:1' count='%u'/>"
                                            "</metadata></domain>",
                                            one->mark);
    FirnHookRequest *request = firn_hook_request_parse(text, strlen(text), NULL);

    request->operation = one->operation;
    return request;
}

static void
test_table(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(FirnTestScratchDir) dir = firn_test_scratch_dir_new();
        g_autoptr(FirnCatalogue) catalogue = make_catalogue(dir, cases[i].known);
        g_autoptr(FirnHookRequest) request = make_request(&cases[i]);
        const FirnHookKnowledge knowledge = {cases[i].job, "create", catalogue};
        g_autofree char *reason = firn_hook_decide(request, &knowledge);

        g_test_message("case %" G_GSIZE_FORMAT ": %s", i, reason == NULL ? "permitted" : reason);
        g_assert_cmpint(reason != NULL, ==, cases[i].word != NULL);
        if (reason != NULL)
            g_assert_nonnull(strstr(reason, cases[i].word));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hook/hook-decision/table", test_table);
    return g_test_run();
}
