/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-report.h"

#include <string.h>

#include "qmp-error.h"

#define HEAD                                                                                       \
    "{\"version\": 1, \"program\": \"0.1.0\", \"service\": \"running\", \"uptime_ms\": 5000, "     \
    "\"quiesced\": false, \"last_run\": "
#define OK_RUN                                                                                     \
    "{\"result\": \"ok\", \"code\": 0, \"ms\": 44, \"output\": \"\", \"output_cut\": false}"

/* As vss-windows/commands/README.md has it, and a member that a later firn-vss may add. */
static const char status[] = HEAD
    "{\"counter\": 7, \"snapshot_set\": \"{3f}\", \"started_unix_ms\": 1796049791580, "
    "\"started_uptime_ms\": 2000, \"backup_type\": 1, \"outcome\": \"hook-failed\", \"failure\": "
    "2147754995, \"failure_name\": \"WRITERERROR_RETRYABLE\", \"ignores_failures\": true, "
    "\"refusal\": null, \"held_ms\": 3004, \"failed_hooks\": {\"prepare\": 0, \"freeze\": 1, "
    "\"thaw\": 0, \"post\": 0}, \"events\": [], \"events_dropped\": 0, \"later\": [1], \"hooks\": "
    "[{\"name\": \"10-sql.cmd\", \"prepare\": " OK_RUN ", \"freeze\": {\"result\": \"failed\", "
    "\"code\": 3, \"ms\": 5, \"output\": \"no\", \"output_cut\": false}}, {\"name\": "
    "\"20-x.exe\"}]}}";

#define WRITER                                                                                     \
    "{\"name\": \"SqlServerWriter\", \"id\": \"{a6}\", \"instance\": \"{1}\", \"state\": 1, "      \
    "\"state_name\": \"stable\", \"failure\": 0, \"failure_name\": \"OK\", \"failed\": false}"

static const char writers[] = "{\"version\": 1, \"uptime_ms\": 1, \"writers\": [" WRITER
                              "], \"ms\": 14, \"result\": 0, \"result_name\": \"OK\"}";

static void
assert_complete(const FirnVssReport *report)
{
    const FirnVssHook *hook;

    g_assert_cmpstr(report->program, ==, "0.1.0");
    g_assert_cmpstr(report->service, ==, "running");
    g_assert_cmpuint(report->counter, ==, 7);
    g_assert_cmpstr(report->snapshot_set, ==, "{3f}");
    g_assert_cmpstr(report->backup_type, ==, "full");
    g_assert_cmpstr(report->outcome, ==, "hook-failed");
    g_assert_cmphex(report->failure, ==, 0x800423f3);
    g_assert_true(report->ignores_failures);
    g_assert_null(report->refusal);
    g_assert_cmpuint(report->held_ms, ==, 3004);
    g_assert_cmpuint(report->hooks->len, ==, 2);
    hook = report->hooks->pdata[1];
    g_assert_cmpstr(hook->name, ==, "10-sql.cmd");
    g_assert_cmpstr(hook->stage, ==, "freeze");
    g_assert_cmpstr(hook->result, ==, "failed");
    g_assert_cmpuint(hook->code, ==, 3);
    g_assert_cmpstr(hook->output, ==, "no");
    g_assert_cmpuint(report->writers->len, ==, 1);
    g_assert_cmpstr(((FirnVssWriter *)report->writers->pdata[0])->name, ==, "SqlServerWriter");
    g_assert_false(((FirnVssWriter *)report->writers->pdata[0])->has_failed);
}

static void
test_complete(void)
{
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(FirnVssReport) copy = NULL;
    g_autoptr(FirnVssReport) read = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    g_assert_true(firn_vss_report_read_status(report, status, strlen(status), &moment, &error));
    g_assert_true(firn_vss_report_read_writers(report, writers, strlen(writers), &error));
    g_assert_no_error(error);
    assert_complete(report);
    g_assert_true(moment.has_run);
    g_assert_cmpint(moment.uptime_ms, ==, 5000);
    g_assert_cmpint(moment.started_uptime_ms, ==, 2000);
    g_assert_cmpuint(moment.n_failed, ==, 1);
    copy = firn_record_schema_copy(&firn_vss_report_schema, report);
    node = firn_record_schema_to_json(&firn_vss_report_schema, copy);
    read = firn_record_schema_from_json(&firn_vss_report_schema, node, &error);
    g_assert_no_error(error);
    assert_complete(read);
}

static void
test_no_run(void)
{
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    g_assert_true(
        firn_vss_report_read_status(report, HEAD "null}", strlen(HEAD "null}"), &moment, &error));
    g_assert_no_error(error);
    g_assert_false(moment.has_run);
    g_assert_null(report->outcome);
}

/* Part of a good document, what is there instead, and a name. */
typedef const char *Example[3];

static void
assert_refused(const char *good, const char *const *example, gboolean is_status)
{
    g_auto(GStrv) parts = g_strsplit(good, example[0], 2);
    g_autofree char *text = g_strjoinv(example[1], parts);
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    g_assert_cmpstr(text, !=, good);
    g_assert_false(is_status
                       ? firn_vss_report_read_status(report, text, strlen(text), &moment, &error)
                       : firn_vss_report_read_writers(report, text, strlen(text), &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_status_refused(gconstpointer data)
{
    assert_refused(status, data, TRUE);
}

static void
test_writers_refused(gconstpointer data)
{
    assert_refused(writers, data, FALSE);
}

/* A writer has failed if any of the three says so. */
static void
test_failed_writer(gconstpointer data)
{
    const char *const *example = data;
    g_auto(GStrv) parts = g_strsplit(writers, example[0], 2);
    g_autofree char *text = g_strjoinv(example[1], parts);
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_vss_report_read_writers(report, text, strlen(text), &error));
    g_assert_no_error(error);
    g_assert_true(((FirnVssWriter *)report->writers->pdata[0])->has_failed);
}

static void
test_unasked_writers(void)
{
    const char text[] = "{\"version\": 1, \"uptime_ms\": 1, \"writers\": [], \"ms\": 60000, "
                        "\"result\": 2147943860, \"result_name\": null}";
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_vss_report_read_writers(report, text, strlen(text), &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    g_assert_cmpstr(error->message, ==, "0x800705b4");
}

/* What a guest makes up is cut to size; of output, the end is kept. */
static void
test_excessive(void)
{
    g_autofree char *noise = g_strnfill(5000, 'x');
    g_autofree char *output = g_strconcat(noise, "the end", NULL);
    g_auto(GStrv) parts = g_strsplit(status, "\"no\"", 2);
    g_autofree char *quoted = g_strdup_printf("\"%s\"", output);
    g_autofree char *text = g_strjoinv(quoted, parts);
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;
    const char *kept;

    g_assert_true(firn_vss_report_read_status(report, text, strlen(text), &moment, &error));
    g_assert_no_error(error);
    kept = ((FirnVssHook *)report->hooks->pdata[1])->output;
    g_assert_cmpuint(strlen(kept), ==, 256);
    g_assert_true(g_str_has_suffix(kept, "the end"));
}

/* More hooks than firn-vss runs: what was left out might be what has failed. */
static void
test_too_many(void)
{
    g_autoptr(GString) text = g_string_new(status);
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    g_string_truncate(text, text->len - strlen("]}}"));
    for (guint i = 0; i < 31; i++)
        g_string_append(text, ", {\"name\": \"x\"}");
    g_string_append(text, "]}}");
    g_assert_false(firn_vss_report_read_status(report, text->str, text->len, &moment, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "\"hooks\""));
}

static const Example of_status[] = {
    {"\"version\": 1",                 "\"version\": 2",                "later-version"  },
    {"]}}",                            "]}",                            "cut-off"        },
    {"\"uptime_ms\": 5000, ",          "",                              "no-uptime"      },
    {"\"quiesced\": false",            "\"quiesced\": 0",               "quiesced"       },
    {"\"program\": \"0.1.0\"",         "\"program\": null",             "program"        },
    {"\"counter\": 7",                 "\"counter\": \"7\"",            "counter-as-text"},
    {"\"counter\": 7",                 "\"counter\": -7",               "counter"        },
    {"\"counter\": 7",                 "\"counter\": 7.5",              "counter-part"   },
    {"\"counter\": 7",                 "\"counter\": 4294967296",       "counter-huge"   },
    {"\"outcome\": \"hook-failed\"",   "\"outcome\": [\"clean\"]",      "outcome"        },
    {"\"outcome\": \"hook-failed\"",   "\"outcome\": \"\"",             "outcome-empty"  },
    {"\"refusal\": null",              "\"refusal\": false",            "refusal"        },
    {"\"refusal\": null, ",            "",                              "no-refusal"     },
    {"\"held_ms\": 3004",              "\"held_ms\": \"long\"",         "held"           },
    {"{\"prepare\": 0, \"freeze\": 1", "{\"prepare\": 0",               "no-count"       },
    {"[{\"name\": \"10-sql.cmd\"",     "[5, {\"name\": \"10-sql.cmd\"", "hook-a-number"  },
    {"{\"name\": \"20-x.exe\"}",       "{}",                            "hook-no-name"   },
    {"\"freeze\": {\"result\"",        "\"freeze\": {\"answer\"",       "no-result"      },
    {"\"result\": \"failed\"",         "\"result\": null",              "result-null"    },
    {"\"freeze\": {\"result\": \"failed\", \"code\": 3, \"ms\": 5, \"output\": \"no\", "
     "\"output_cut\": false}",    "\"freeze\": \"ok\"",
     "stage-as-text"                                                                     },
};

static const Example of_writers[] = {
    {"\"version\": 1",      "\"version\": 2",        "later-version"},
    {"[" WRITER "]",        "{}",                    "no-list"      },
    {"[" WRITER "]",        "[null]",                "null"         },
    {"\"state\": 1",        "\"state\": \"stable\"", "state"        },
    {"\"failed\": false",   "\"failed\": \"no\"",    "failed"       },
    {", \"failed\": false", "",                      "no-failed"    },
    {"\"result\": 0",       "\"result\": null",      "no-result"    },
};

static const Example failed_writers[] = {
    {"\"failed\": false", "\"failed\": true",        "says-so"},
    {"\"state\": 1",      "\"state\": 6",            "state"  },
    {"\"state\": 1",      "\"state\": 99",           "later"  },
    {"\"failure\": 0",    "\"failure\": 2147754994", "failure"},
};

#define ADD_ALL(table, folder, test)                                                               \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *path = g_strconcat("/vss-report/" folder "/", (table)[i][2], NULL);       \
        g_test_add_data_func(path, (table)[i], test);                                              \
    }

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-report/complete", test_complete);
    g_test_add_func("/vss-report/no-run", test_no_run);
    g_test_add_func("/vss-report/unasked-writers", test_unasked_writers);
    g_test_add_func("/vss-report/excessive", test_excessive);
    g_test_add_func("/vss-report/too-many", test_too_many);
    ADD_ALL(of_status, "status", test_status_refused);
    ADD_ALL(of_writers, "writers", test_writers_refused);
    ADD_ALL(failed_writers, "failed-writer", test_failed_writer);
    return g_test_run();
}
