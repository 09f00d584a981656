/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "clock.h"
#include "firnd-rig.h"

/* The real firnd, and a Windows guest that is only an agent, whose clock is set forward instead of
 * waiting. */
typedef struct {
    FirnTestFirnd *firnd;         /* (owned) */
    FirnTestFakeMonitor *monitor; /* (owned) */
    FirnTestFakeAgent *agent;     /* (owned) */
    FirnTestPeer *peer;           /* (unowned) the agent's */
    FirnTestRun run;              /* the last one */
} Fixture;

#define FIRN(self, ...) firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL)

static void
set_up(Fixture *self, gconstpointer data)
{
    firn_test_clock_start();
    self->firnd = firn_test_firnd_new();
    firn_test_firnd_add_running_vm(self->firnd, "win1", &self->monitor, &self->agent);
    self->peer = firn_test_fake_agent_get_peer(self->agent);
    firn_test_fake_agent_be_windows(self->agent);
    firn_test_firnd_start(self->firnd);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
    firn_test_fake_monitor_free(self->monitor);
    firn_test_fake_agent_free(self->agent);
}

static void
assert_says(Fixture *self, const char *text)
{
    if (strstr(self->run.out, text) == NULL)
        g_error("\"%s\" is not in:\n%s", text, self->run.out);
}

/* A guest that is frozen would have to refuse, and its VSS would hang. */
static void
assert_asked_while_thawed(Fixture *self)
{
    g_autofree char *commands = firn_test_peer_dup_commands(self->peer);
    g_auto(GStrv) words = g_strsplit(commands, " ", -1);
    gboolean is_frozen = FALSE;

    for (GStrv word = words; *word != NULL; word++) {
        if (g_str_equal(*word, "guest-fsfreeze-freeze")) {
            g_assert_false(is_frozen);
            is_frozen = TRUE;
        } else if (g_str_equal(*word, "guest-fsfreeze-thaw")) {
            is_frozen = FALSE;
        } else if (is_frozen) {
            g_assert_false(g_str_has_prefix(*word, "guest-exec"));
            g_assert_false(g_str_has_prefix(*word, "guest-get"));
        }
    }
    g_assert_false(is_frozen);
}

/* @verdict: of a snapshot that is made whatever happens; @why: (nullable): in the guest's report
 * and in the record */
static void
assert_verdict(Fixture *self, const char *verdict, const char *why)
{
    g_autofree char *line = g_strdup_printf("\nVerdict       %s (", verdict);

    FIRN(self, "create", "win1", "a", "--quiesce=try");
    g_assert_cmpint(self->run.status, ==, g_str_equal(verdict, "crash") ? 6 : 0);
    FIRN(self, "show", "win1", "a");
    assert_says(self, line);
    if (why != NULL) {
        FIRN(self, "show", "win1", "a", "--guest-report");
        assert_says(self, why);
        FIRN(self, "show", "win1", "a", "--json");
        assert_says(self, why);
    }
    g_assert_false(firn_test_fake_agent_is_frozen(self->agent));
    assert_asked_while_thawed(self);
}

static void
assert_indicated(Fixture *self, const char *indication)
{
    FIRN(self, "show", "win1", "a");
    assert_says(self, indication);
}

/* With --quiesce=require there is no such snapshot, and the reason is said. */
static void
assert_refused(Fixture *self, const char *reason)
{
    FIRN(self, "create", "win1", "b");
    g_assert_cmpint(self->run.status, ==, 6);
    if (strstr(self->run.err, reason) == NULL)
        g_error("\"%s\" is not in:\n%s", reason, self->run.err);
}

static void
test_clean(Fixture *self, gconstpointer data)
{
    assert_verdict(self, "application", NULL);
    FIRN(self, "show", "win1", "a", "--guest-report");
    assert_says(self, "firn-vss 0.1.0, service running\n");
    assert_says(self, "shadow copy 7 of the guest, set {7}: clean, backup type copy\n");
    assert_says(self, "10-sql.cmd  freeze  ok      0     44 ms  -\n");
    assert_says(self, "SqlServerWriter  stable  ok      -\n");
    assert_indicated(self, "\nVSS           clean, backup type copy\n");
}

#define STABLE                                                                                     \
    "\"state\": 1, \"state_name\": \"stable\", \"failure\": 0, \"failure_name\": \"OK\", "

static void
test_writer_failed(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_change(self->agent,
                                "writers",
                                STABLE "\"failed\": false",
                                "\"state\": 9, \"state_name\": \"failed-at-freeze\", \"failure\": "
                                "2147754994, \"failure_name\": \"WRITERERROR_TIMEOUT\", "
                                "\"failed\": true");
    assert_verdict(self,
                   "filesystem",
                   "VSS writer SqlServerWriter: failed-at-freeze, 0x800423f2 WRITERERROR_TIMEOUT");
}

/* A writer that has failed and says that it has not. */
static void
test_writer_lies(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_change(self->agent,
                                "writers",
                                STABLE,
                                "\"state\": 8, \"state_name\": \"failed-at-prepare-snapshot\", "
                                "\"failure\": 0, \"failure_name\": \"OK\", ");
    assert_verdict(self, "filesystem", "VSS writer SqlServerWriter: failed-at-prepare-snapshot");
}

static void
test_writers_unknown(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_change(
        self->agent,
        "writers",
        "\"result\": 0, \"result_name\": \"OK\"",
        "\"result\": 2147754776, \"result_name\": \"WRITER_INFRASTRUCTURE\"");
    assert_verdict(self,
                   "filesystem",
                   "the guest does not tell the states of its VSS writers: 0x80042318 "
                   "WRITER_INFRASTRUCTURE");
}

static void
test_hook_failed(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_change(self->agent,
                                "status",
                                "\"result\": \"ok\", \"code\": 0",
                                "\"result\": \"failed\", \"code\": 3");
    firn_test_fake_agent_change(self->agent, "status", "\"clean\"", "\"hook-failed\"");
    assert_verdict(self,
                   "filesystem",
                   "hook 10-sql.cmd in the guest: failed in stage freeze (code 3, after 44 ms)");
}

static void
test_thaw_error(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_complain(self->agent,
                                  "couldn't hold writes: fsfreeze is limited up to 10 seconds: ");
    assert_verdict(self, "crash", NULL);
    assert_indicated(self, "QuiesceExpired");
    assert_indicated(self, "VssWindowExceeded");
    assert_refused(self, "vss-window-exceeded");
}

/* The disks are cut on a host that is stuck. The guest says nothing, because it was thawed in time
 * as far as it knows. */
static void
test_late(Fixture *self, gconstpointer held_ms)
{
    const FirnTestStep stuck[] = {{.advance_ms = GPOINTER_TO_UINT(held_ms)}, {.pass = TRUE}, {0}};

    firn_test_peer_when(firn_test_fake_monitor_get_peer(self->monitor),
                        "\"transaction\"",
                        0,
                        stuck);
    assert_verdict(self, "crash", NULL);
    assert_indicated(self, "QuiesceExpired");
    assert_indicated(self, "VssWindowExceeded");
    assert_refused(self, "vss-window-exceeded");
}

/* In time, because the limits are not lower than they have to be. */
static void
test_in_time(Fixture *self, gconstpointer data)
{
    const FirnTestStep slow[] = {{.advance_ms = 1000}, {.pass = TRUE}, {0}};

    firn_test_peer_when(firn_test_fake_monitor_get_peer(self->monitor), "\"transaction\"", 0, slow);
    assert_verdict(self, "application", NULL);
}

/* After 20 seconds firnd no longer waits; whether the answer comes first does not matter. */
static void
test_slow_freeze(Fixture *self, gconstpointer data)
{
    const FirnTestStep slow[] = {{.advance_ms = 25000}, {.pass = TRUE}, {0}};

    firn_test_peer_when(self->peer, "guest-fsfreeze-freeze", 0, slow);
    assert_verdict(self, "crash", NULL);
    FIRN(self, "create", "win1", "b");
    g_assert_cmpint(self->run.status, ==, 6);
}

/* If the administrator accepts that, VSS' ten seconds still begin with the answer. */
static void
test_slow_freeze_accepted(Fixture *self, gconstpointer data)
{
    const FirnTestStep slow[] = {{.advance_ms = 25000}, {.pass = TRUE}, {0}};

    firn_test_peer_when(self->peer, "guest-fsfreeze-freeze", 0, slow);
    FIRN(self, "create", "win1", "a", "--freeze-wait=40s");
    g_assert_cmpstr(self->run.err, ==, "");
    FIRN(self, "show", "win1", "a");
    assert_says(self, "\nVerdict       application (");
}

/* A freeze of another program's: this one has frozen nothing. */
static void
test_second_freeze(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_set_counts(self->agent, 0, 0);
    assert_verdict(self, "crash", NULL);
    assert_indicated(self, "QuiesceFailed");
    assert_refused(self, "froze 0 of 1 file systems");
}

static void
test_absent(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_print(self->agent, "status", NULL);
    assert_verdict(self, "filesystem", "firn-vss is not installed in the guest");
    assert_indicated(self, "NoVssWriter");
}

static void
test_no_exec(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_disable(self->agent, "guest-exec");
    assert_verdict(self, "filesystem", "the agent does not permit guest-exec");
    assert_indicated(self, "NoVssWriter");
}

/* Each makes the record one of another freeze, whose hooks and writers say nothing of this one. */
static const struct {
    const char *name;
    const char *old;
    const char *new;
    const char *why;
} others[] = {
    {"counter-same", "@COUNTER@, ",  "6, ",                                 "took no part"   },
    {"set-same",     "{@COUNTER@}",  "{1}",                                 "took no part"   },
    {"no-run",       "\"last_run\"", "\"last_run\": null, \"earlier_run\"", "took no part"   },
    {"too-old",      "@STARTED@",    "1",                                   "of another time"},
    {"from-later",   "@STARTED@",    "9000000000000000",                    "of another time"},
    {"stopped",      "\"running\"",  "\"stopped\", \"was\": \"running\"",   NULL             },
};

static void
test_other(Fixture *self, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);

    firn_test_fake_agent_change(self->agent, "status", others[i].old, others[i].new);
    if (others[i].why == NULL) {
        assert_verdict(self, "application", NULL);
        return;
    }
    assert_verdict(self, "filesystem", others[i].why);
    FIRN(self, "show", "win1", "a", "--json");
    g_assert_null(strstr(self->run.out, "10-sql.cmd"));
}

/* Each says something against this freeze. */
static const struct {
    const char *name;
    const char *old;
    const char *new;
    const char *verdict;
    const char *why;
} records[] = {
    {"aborted",       "clean\"",         "aborted\"",        "crash",       "ended the freeze" },
    {"expired",       "clean\"",         "expired\"",        "crash",       "ended the freeze" },
    {"stopped",       "clean\"",         "stopped\"",        "filesystem",  "clean: stopped"   },
    {"unfinished",    "clean\"",         "unfinished\"",     "filesystem",  "clean: unfinished"},
    {"refused",       "refusal\": null", "refusal\": \"U\"", "filesystem",  "guest: U"         },
    {"quiesced",      "ced\": false",    "ced\": true",      "filesystem",  "have not yet"     },
    {"held-too-long", "@HELD@",          "10001",            "filesystem",  "for 10001 ms"     },
    {"count",         "freeze\": 0",     "freeze\": 2",      "filesystem",  "2 hooks failed"   },
    {"version",       "version\": 1",    "version\": 2",     "filesystem",  "this firn knows"  },
    {"full",          "type\": 5",       "type\": 1",        "application", "backup type full" },
};

static void
test_record(Fixture *self, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);

    firn_test_fake_agent_change(self->agent, "status", records[i].old, records[i].new);
    assert_verdict(self, records[i].verdict, NULL);
    FIRN(self, "show", "win1", "a", "--guest-report");
    assert_says(self, records[i].why);
}

/* The guest says that it was thawed a second after it was frozen, and the host held it for three.
 */
static void
test_ended_early(Fixture *self, gconstpointer data)
{
    firn_test_fake_agent_change(self->agent, "status", "@HELD@", "1000");
    test_late(self, GUINT_TO_POINTER(3000));
}

/* A program that does not end costs the snapshot nothing but time, and the guest is thawed. */
static void
test_endless_program(Fixture *self, gconstpointer data)
{
    const FirnTestStep endless[] = {{.advance_ms = 4000},
                                    {.text = "{\"return\": {\"exited\": false}}\n"},
                                    {0}};

    firn_test_peer_when(self->peer, "guest-exec-status", 0, endless);
    assert_verdict(self, "filesystem", "guest-exec");
    assert_indicated(self, "HookReportMissing");
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *whole = g_strconcat("/windows-guest/", path, NULL);

    g_test_add(whole, Fixture, data, set_up, test, tear_down);
}

static void
add_tables(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *path = g_strconcat("other/", others[i].name, NULL);

        add(path, GUINT_TO_POINTER(i), test_other);
    }
    for (guint i = 0; i < G_N_ELEMENTS(records); i++) {
        g_autofree char *path = g_strconcat("record/", records[i].name, NULL);

        add(path, GUINT_TO_POINTER(i), test_record);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("clean", NULL, test_clean);
    add("writer/failed", NULL, test_writer_failed);
    add("writer/lies", NULL, test_writer_lies);
    add("writer/unknown", NULL, test_writers_unknown);
    add("hook-failed", NULL, test_hook_failed);
    add("thaw-error", NULL, test_thaw_error);
    add("late", GUINT_TO_POINTER(11000), test_late);
    add("late/by-the-budget", GUINT_TO_POINTER(8500), test_late);
    add("late/in-time", NULL, test_in_time);
    add("late/says-the-guest", NULL, test_ended_early);
    add("slow-freeze", NULL, test_slow_freeze);
    add("slow-freeze/accepted", NULL, test_slow_freeze_accepted);
    add("second-freeze", NULL, test_second_freeze);
    add("absent", NULL, test_absent);
    add("no-exec", NULL, test_no_exec);
    add("endless-program", NULL, test_endless_program);
    add_tables();
    return g_test_run();
}
