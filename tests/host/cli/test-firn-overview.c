/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "firnd-rig.h"

/* The verbs that look at everything, and what all verbs have in common. */
typedef struct {
    FirnTestFirnd *firnd; /* (owned) */
    FirnTestRun run;      /* the last one */
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_vm(self->firnd, "web1", '1');
    firn_test_firnd_add_vm(self->firnd, "db1", '2');
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
}

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

static void
assert_done(Fixture *self, const char *out)
{
    g_assert_cmpstr(self->run.err, ==, "");
    g_assert_cmpstr(self->run.out, ==, out);
    g_assert_cmpint(self->run.status, ==, 0);
}

static void
assert_failed(Fixture *self, int status, const char *err)
{
    g_assert_cmpstr(self->run.err, ==, err);
    g_assert_cmpstr(self->run.out, ==, "");
    g_assert_cmpint(self->run.status, ==, status);
}

static void
test_jobs(Fixture *self, gconstpointer data)
{
    FIRN(self, "jobs");
    assert_done(self, "");
    FIRN(self, "create", "web1", "a");
    FIRN(self, "create", "web1", "a");
    FIRN(self, "jobs");
    assert_done(self,
                "JOB  VM    OPERATION  STATE      PHASE\n"
                "1    web1  create     completed  record\n"
                "2    web1  create     failed     check\n");
    FIRN(self, "job", "2");
    g_assert_nonnull(strstr(self->run.out, "\nState         failed\n"));
    g_assert_nonnull(strstr(self->run.out, ".Error.Exists\n"));
    FIRN(self, "job", "1", "--wait");
    assert_done(self, "");
    FIRN(self, "job", "2", "--wait");
    g_assert_cmpint(self->run.status, ==, 5);
    FIRN(self, "job", "1", "--cancel");
    assert_failed(self, 5, "firn: job 1 has ended already\n");
    FIRN(self, "job", "9");
    assert_failed(self,
                  3,
                  "firn: there is no job 9; firnd drops jobs five minutes after their end, and "
                  "failed creates after 24 hours\n");
    FIRN(self, "domjobinfo", "web1");
    assert_failed(self, 3, "firn: web1: no job is running; ended ones: firn jobs\n");
}

static void
test_failed_jobs(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    FIRN(self, "create", "web1", "a");
    firn_test_firnd_kill(self->firnd);
    firn_test_firnd_start(self->firnd);
    FIRN(self, "create", "web1", "b");
    FIRN(self, "jobs", "--failed");
    assert_done(self,
                "JOB  VM    OPERATION  PHASE  ENDED             ERROR\n"
                "2    web1  create     check  YYYY-MM-DD hh:mm  Exists\n");
    FIRN(self, "jobs", "--failed", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"error_name\" : \"org.firn.Firn1.Error.Exists\""));
    g_assert_null(strstr(self->run.out, "\"id\" : 3"));
    FIRN(self, "jobs");
    g_assert_nonnull(strstr(self->run.out, "\n3    web1  create     completed  record\n"));
    FIRN(self, "job", "2");
    g_assert_nonnull(strstr(self->run.out, ".Error.Exists\n"));
    g_assert_nonnull(strstr(self->run.out, "\nIndications   Offline\nVM was        off\n"));
    FIRN(self, "job", "2", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"run_state\" : \"off\""));
    FIRN(self, "job", "2", "--cancel");
    assert_failed(self, 5, "firn: job 2 has ended already\n");
    FIRN(self, "job", "2", "--wait");
    g_assert_cmpint(self->run.status, ==, 5);
}

static void
test_status(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    FIRN(self, "status");
    assert_done(self,
                "VM    STATE  SNAPSHOTS  CURRENT  FROZEN  JOB\n"
                "db1   off    0 of 3     -        -       -\n"
                "web1  off    1 of 3     a        -       -\n");
    FIRN(self, "status", "web1");
    assert_done(self,
                "Name          web1\n"
                "UUID          UUID\n"
                "Source        direct\n"
                "State         off\n"
                "Frozen for    not frozen\n"
                "Job           none\n"
                "Current       a\n"
                "Snapshots     1 of 3\n"
                "RAM allowed   no\n");
    FIRN(self, "status", "--json", "db1");
    g_assert_nonnull(strstr(self->run.out, "\"run_state\" : \"off\""));
    g_assert_nonnull(strstr(self->run.out, "\"max_snapshots\" : 3"));
}

static gboolean
has_problems(gpointer data)
{
    Fixture *self = data;

    FIRN(self, "status", "-q");
    return *self->run.err != '\0';
}

static void
test_bad_machine_file(Fixture *self, gconstpointer data)
{
    firn_test_firnd_write(self->firnd, "etc/machines.d/bad.conf", "[machine]\n");
    g_assert_true(firn_test_firnd_wait(has_problems, self));
    g_assert_nonnull(strstr(self->run.err, "firn: not shown: "));
    g_assert_nonnull(strstr(self->run.err, "bad.conf"));
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "doctor");
    g_assert_cmpint(self->run.status, ==, 1);
    g_assert_nonnull(strstr(self->run.out, "  error    definition  "));
    FIRN(self, "check");
    g_assert_cmpint(self->run.status, ==, 1);
}

static void
test_doctor(Fixture *self, gconstpointer data)
{
    FIRN(self, "doctor", "web1");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_true(g_str_has_prefix(self->run.out, "web1\n  ok       access       root and"));
    g_assert_nonnull(strstr(self->run.out, "\n  ok       limit        0 of 3 snapshots used\n"));
    g_assert_nonnull(strstr(self->run.out, "\n  ok       snapshot     would be consistent\n"));
    FIRN(self, "policy", "web1", "set", "max-snapshots=0");
    FIRN(self, "doctor", "web1", "-q");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_cmpstr(self->run.out,
                    ==,
                    "web1\n  warning  limit  0 of 0 snapshots used\n"
                    "                  -> delete a snapshot, or raise the limit with: "
                    "firn policy web1 set max-snapshots=N\n");
    g_remove(firn_test_firnd_get_path(self->firnd, "web1.qcow2"));
    FIRN(self, "doctor", "web1", "--json");
    g_assert_cmpint(self->run.status, ==, 1);
    g_assert_nonnull(strstr(self->run.out, "\"severity\" : \"error\""));
}

/* What is the host's is told once, not for each VM again. */
static void
test_doctor_host(Fixture *self, gconstpointer data)
{
    g_auto(GStrv) access = NULL;

    FIRN(self, "doctor");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_true(g_str_has_prefix(self->run.out, "host\n  ok       firnd "));
    g_assert_nonnull(strstr(self->run.out, "  ok       space "));
    g_assert_nonnull(strstr(self->run.out, "\ndb1\n"));
    g_assert_nonnull(strstr(self->run.out, "\nweb1\n"));
    access = g_strsplit(self->run.out, " access ", -1);
    g_assert_cmpuint(g_strv_length(access), ==, 2);
    FIRN(self, "doctor", "--json");
    g_assert_nonnull(strstr(self->run.out, "\"code\" : \"Authority\""));
    FIRN(self, "doctor", "web1", "db1");
    g_assert_cmpint(self->run.status, ==, 2);
}

static void
test_doctor_freeze(Fixture *self, gconstpointer data)
{
    FIRN(self, "doctor", "--freeze");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "doctor", "web1", "--freeze", "-q");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_cmpstr(self->run.out,
                    ==,
                    "web1\n  warning  freeze  the VM is off, so there is nothing to freeze\n"
                    "                   -> start it\n");
    FIRN(self, "doctor", "nobody", "--freeze");
    g_assert_cmpint(self->run.status, ==, 3);
}

static void
test_check(Fixture *self, gconstpointer data)
{
    FIRN(self, "check");
    assert_done(self, "OK - 2 VMs, 0 snapshots\n");
    FIRN(self, "create", "web1", "a");
    FIRN(self, "check", "web1", "--max-age", "1h");
    assert_done(self, "OK - 1 VMs, 1 snapshots\n");
    FIRN(self, "check", "--max-age", "1h");
    g_assert_cmpstr(self->run.out, ==, "WARNING - db1: no consistent snapshot\n");
    g_assert_cmpint(self->run.status, ==, 1);
    FIRN(self, "check", "nobody");
    g_assert_true(g_str_has_prefix(self->run.out, "UNKNOWN - "));
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "check", "--max-age", "old");
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "check", "--nonsense");
    g_assert_cmpint(self->run.status, ==, 3);
}

/* The state of its domains is unknown. */
static void
test_libvirt_down(Fixture *self, gconstpointer data)
{
    firn_test_firnd_kill(self->firnd);
    firn_test_firnd_connect_to(self->firnd, "qemu:///session?socket=/nonexistent");
    firn_test_firnd_start(self->firnd);
    FIRN(self, "check");
    g_assert_true(g_str_has_prefix(self->run.out, "UNKNOWN - libvirt "));
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "check", "web1");
    assert_done(self, "OK - 1 VMs, 0 snapshots\n");
    FIRN(self, "list", "web2");
    g_assert_cmpint(self->run.status, ==, 9);
    g_assert_true(g_str_has_prefix(self->run.err,
                                   "firn: could not check whether VM \"web2\" exists: libvirt "
                                   "(qemu:///session?socket=/nonexistent): "));
}

static void
test_not_found(Fixture *self, gconstpointer data)
{
    FIRN(self, "list", "nobody");
    assert_failed(self,
                  3,
                  "firn: there is no VM \"nobody\"; list what exists with: firn status, firn "
                  "list VM, firn jobs\n");
    FIRN(self, "show", "web1", "nothing");
    assert_failed(self,
                  3,
                  "firn: web1: there is no snapshot \"nothing\"; list what exists with: firn "
                  "status, firn list VM, firn jobs\n");
    FIRN(self, "list", "no\033[31mbody");
    g_assert_cmpint(self->run.status, ==, 3);
    g_assert_nonnull(strstr(self->run.err, "no\\x1b[31mbody"));
}

/* For terminals of 80 columns. */
static void
assert_columns(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);

    for (GStrv line = lines; *line != NULL; line++)
        g_assert_cmpuint(strlen(*line), <=, 80);
}

static void
test_usage(Fixture *self, gconstpointer data)
{
    FIRN(self, "frobnicate");
    assert_failed(self, 2, "firn: unknown command \"frobnicate\"; see: firn --help\n");
    FIRN(self, "list", "--frob");
    assert_failed(self, 2, "firn: list: Unknown option --frob; see: firn list --help\n");
    FIRN(self, "--frob", "list");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "-q");
    assert_failed(self, 2, "firn: no command given; see: firn --help\n");
    FIRN(self, "list", "--color=blue");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "--version");
    g_assert_true(g_str_has_prefix(self->run.out, "firn "));
    FIRN(self, "--help");
    g_assert_cmpint(self->run.status, ==, 0);
    assert_columns(self->run.out);
    FIRN(self, "create", "--help");
    assert_columns(self->run.out);
    FIRN(self, "verify", "--help");
    assert_columns(self->run.out);
    FIRN(self, "delete", "--help");
    g_assert_cmpint(self->run.status, ==, 0);
    g_assert_nonnull(strstr(self->run.out, "Usage: firn delete [OPTIONS] VM SNAPSHOT...\n"));
}

static void
test_no_firnd(Fixture *self, gconstpointer data)
{
    firn_test_firnd_kill(self->firnd);
    FIRN(self, "status");
    g_assert_cmpint(self->run.status, ==, 9);
    g_assert_nonnull(strstr(self->run.err, "systemctl start firnd"));
    FIRN(self, "check");
    g_assert_cmpint(self->run.status, ==, 3);
    FIRN(self, "--bus=unix:path=/nonexistent", "status");
    g_assert_cmpint(self->run.status, ==, 9);
    g_assert_nonnull(strstr(self->run.err, "name it with --bus"));
}

static void
test_no_block(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a", "--no-block");
    assert_done(self, "1\n");
    FIRN(self, "job", "1", "--wait");
    assert_done(self, "");
    FIRN(self, "delete", "web1", "a", "--no-block", "--json");
    assert_done(self, "{\n  \"jobs\" : [\n    2\n  ]\n}\n");
}

static void
test_damaged(Fixture *self, gconstpointer data)
{
    FIRN(self, "create", "web1", "a");
    firn_test_firnd_kill(self->firnd);
    firn_test_firnd_write(self->firnd, "state/vm/11111111-1111-4222-8333-123456789abc.json", "{");
    firn_test_firnd_start(self->firnd);
    FIRN(self, "status", "--no-legend");
    assert_done(self,
                "db1   off  0 of 3   -  -  -\n"
                "web1  off  DAMAGED  -  -  -\n");
    FIRN(self, "check");
    g_assert_cmpint(self->run.status, ==, 2);
    FIRN(self, "list", "web1");
    g_assert_cmpint(self->run.status, ==, 1);
    FIRN(self, "list");
    g_assert_cmpint(self->run.status, ==, 1);
    FIRN(self, "tree", "web1");
    g_assert_cmpint(self->run.status, ==, 1);
    FIRN(self, "create", "web1", "b");
    g_assert_cmpint(self->run.status, ==, 1);
    FIRN(self, "doctor", "web1");
    g_assert_cmpint(self->run.status, ==, 1);
}

#define ADD(name, function)                                                                        \
    g_test_add("/cli/firn-overview/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("jobs", test_jobs);
    ADD("failed-jobs-outlast-firnd", test_failed_jobs);
    ADD("status", test_status);
    ADD("bad-machine-file", test_bad_machine_file);
    ADD("doctor", test_doctor);
    ADD("doctor-host", test_doctor_host);
    ADD("doctor-freeze", test_doctor_freeze);
    ADD("check", test_check);
    ADD("check-while-libvirt-is-down", test_libvirt_down);
    ADD("not-found", test_not_found);
    ADD("usage", test_usage);
    ADD("no-firnd", test_no_firnd);
    ADD("no-block", test_no_block);
    ADD("damaged", test_damaged);
    return g_test_run();
}
