/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include <string.h>

#include "blocker-error.h"
#include "blockers.h"
#include "catalogue-change.h"
#include "host-error.h"
#include "job-rig.h"

/* test-create-job.c has the ways in which an agent can be unusable. */
typedef struct {
    const char *name;
    void (*arrange)(FirnTestJobRig *self, FirnCreateParams *params);
    const char *codes; /* of all blockers, in their order */
    int error;         /* FIRN_HOST_ERROR of the first */
} Case;

static void
arrange_nothing(FirnTestJobRig *self, FirnCreateParams *params)
{
}

static void
arrange_limit(FirnTestJobRig *self, FirnCreateParams *params)
{
    const FirnPolicy none = {.max_snapshots = 0};

    g_assert_true(FIRN_TEST_SET(self->rig.catalogue, NULL, change->policy = none));
}

static void
arrange_same_name(FirnTestJobRig *self, FirnCreateParams *params)
{
    g_free(firn_test_job_rig_snapshot(self, "before"));
    params->name = g_strdup("BEFORE");
}

static void
arrange_silent_monitor(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_peer_fail(self->rig.monitor_peer, "query-status", 0, "hangs");
}

static void
arrange_io_error(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_fake_monitor_set_state(self->rig.monitor, "io-error");
}

static void
arrange_odd_exclusion(FirnTestJobRig *self, FirnCreateParams *params)
{
    params->exclude = g_strsplit("vdx", " ", -1);
}

static void
arrange_all_excluded(FirnTestJobRig *self, FirnCreateParams *params)
{
    params->exclude = g_strsplit("vda vdb", " ", -1);
}

static void
arrange_unknown_disks(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_job_rig_answer(self, "query-block", "{}");
}

static void
arrange_raw_disk(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_fake_monitor_set_disk(self->rig.monitor, "vdb", "raw", NULL, FALSE);
}

static void
arrange_raw_excluded(FirnTestJobRig *self, FirnCreateParams *params)
{
    arrange_raw_disk(self, params);
    params->exclude = g_strsplit("vdb", " ", -1);
}

static void
arrange_raw_read_only(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_fake_monitor_set_disk(self->rig.monitor, "vdb", "raw", NULL, TRUE);
}

static void
arrange_backup(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_job_rig_answer(self,
                             "query-jobs",
                             "[{\"type\":\"backup\",\"id\":\"b\",\"status\":\"running\"}]");
}

static void
arrange_jobs_unknown(FirnTestJobRig *self, FirnCreateParams *params)
{
    firn_test_peer_fail(self->rig.monitor_peer, "query-migrate", 0, "no");
}

static void
arrange_much(FirnTestJobRig *self, FirnCreateParams *params)
{
    arrange_limit(self, params);
    arrange_odd_exclusion(self, params);
    arrange_raw_disk(self, params);
    arrange_backup(self, params);
    firn_test_vm_rig_end_agent(&self->rig);
}

#define INVALID     FIRN_HOST_ERROR_INVALID_ARGUMENT
#define UNSUPPORTED FIRN_HOST_ERROR_NOT_SUPPORTED
#define UNREACHABLE FIRN_HOST_ERROR_VM_UNREACHABLE
#define LIMIT       FIRN_HOST_ERROR_LIMIT_REACHED
#define MUCH        "LimitReached InvalidArgument DiskNotSupported Busy AgentUnavailable"

static const Case cases[] = {
    {"nothing",        arrange_nothing,        "",                   0                     },
    {"limit",          arrange_limit,          "LimitReached",       LIMIT                 },
    {"same-name",      arrange_same_name,      "NameTaken",          FIRN_HOST_ERROR_EXISTS},
    {"silent-monitor", arrange_silent_monitor, "VmUnreachable",      UNREACHABLE           },
    {"io-error",       arrange_io_error,       "VmIoError VmPaused", UNSUPPORTED           },
    {"odd-exclusion",  arrange_odd_exclusion,  "InvalidArgument",    INVALID               },
    {"all-excluded",   arrange_all_excluded,   "NoDisks",            UNSUPPORTED           },
    {"unknown-disks",  arrange_unknown_disks,  "DisksUnknown",       UNSUPPORTED           },
    {"raw-disk",       arrange_raw_disk,       "DiskNotSupported",   UNSUPPORTED           },
    {"raw-excluded",   arrange_raw_excluded,   "",                   0                     },
    {"raw-read-only",  arrange_raw_read_only,  "",                   0                     },
    {"backup-runs",    arrange_backup,         "Busy",               FIRN_HOST_ERROR_BUSY  },
    {"jobs-unknown",   arrange_jobs_unknown,   "VmUnreachable",      UNREACHABLE           },
    {"all-at-once",    arrange_much,           MUCH,                 LIMIT                 },
};

static char *
list_codes(FirnCheck *check)
{
    g_autoptr(GString) codes = g_string_new(NULL);

    for (guint i = 0; i < check->blockers->len; i++) {
        const FirnBlocker *blocker = check->blockers->pdata[i];

        g_assert_cmpstr(blocker->remedy, !=, "");
        g_string_append_printf(codes, "%s%s", i == 0 ? "" : " ", blocker->code);
    }
    return g_string_free(g_steal_pointer(&codes), FALSE);
}

static void
test_case(FirnTestJobRig *self, gconstpointer data)
{
    const Case *example = data;
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnCheck) check = NULL;
    g_autofree char *codes = NULL;
    g_autoptr(GError) error = NULL;

    example->arrange(self, params);
    check = firn_check_run(params, NULL);
    codes = list_codes(check);
    g_assert_cmpstr(codes, ==, example->codes);
    g_assert_cmpint(firn_blocker_error_check(check->blockers, &error), ==, *codes == '\0');
    if (*codes != '\0')
        g_assert_error(error, FIRN_HOST_ERROR, example->error);
}

static guint
count_expected(FirnTestJobRig *self, const char *file_systems)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnCheck) check = NULL;

    firn_test_job_rig_mount(self, file_systems);
    check = firn_check_run(params, NULL);
    return check->snapshot->evidence->expected;
}

#define ROOT "{\"mountpoint\": \"/\", \"type\": \"ext4\", \"name\": \"vda2\"}"
#define BIND "{\"mountpoint\": \"/bind\", \"type\": \"ext4\", \"name\": \"vda2\"}"
#define DATA "{\"mountpoint\": \"/srv\", \"type\": \"xfs\", \"name\": \"vdb\"}"
#define EFI  "{\"mountpoint\": \"/boot/efi\", \"type\": \"vfat\", \"name\": \"vda1\"}"

static void
test_expected(FirnTestJobRig *self, gconstpointer data)
{
    g_assert_cmpuint(count_expected(self, "[" ROOT "," DATA "," BIND "]"), ==, 2);
    g_assert_cmpuint(count_expected(self, "[" ROOT "," EFI "]"), ==, 1);
    g_assert_cmpuint(count_expected(self, "[]"), ==, 0);
}

static void
test_lets_go_of_agent(FirnTestJobRig *self, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    FirnChannel *agent;

    firn_check_free(firn_check_run(params, NULL));
    firn_create_params_free(params);
    agent = firn_vm_open_agent(self->rig.vm, NULL, NULL);
    g_assert_nonnull(agent);
    firn_vm_close_agent(self->rig.vm, agent);
    firn_test_job_rig_assert_thawed(self, 0, 0);
}

/* For the time when the VM is off and has no definition. */
static void
test_remembers_all_disks(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnCheck) check = NULL;
    g_autoptr(GPtrArray) disks = NULL;

    params->exclude = g_strsplit("vdb", " ", -1);
    check = firn_check_run(params, NULL);
    g_assert_cmpuint(check->disks->len, ==, 1);
    disks = firn_catalogue_list_disks(self->rig.catalogue);
    g_assert_cmpuint(disks->len, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/job/check/blockers/", cases[i].name, NULL);

        firn_test_job_rig_add(path, &cases[i], test_case);
    }
    firn_test_job_rig_add("/job/check/expected-file-systems", NULL, test_expected);
    firn_test_job_rig_add("/job/check/lets-go-of-the-agent", NULL, test_lets_go_of_agent);
    firn_test_job_rig_add("/job/check/remembers-excluded-disks-too",
                          NULL,
                          test_remembers_all_disks);
    return g_test_run();
}
