/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "qmp-error.h"
#include "vss-check.h"
#include "vss-report.h"

static void
assert_malformed(const GError *error)
{
    g_assert_true(error->domain == FIRN_QMP_ERROR);
    g_assert_true(error->code == FIRN_QMP_ERROR_MALFORMED || error->code == FIRN_QMP_ERROR_REFUSED);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

/* What a guest makes firn record must be read again after a restart. */
static void
assert_kept(const FirnVssReport *report)
{
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_vss_report_schema, report);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnVssReport) read =
        firn_record_schema_from_json(&firn_vss_report_schema, node, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(read->hooks->len, ==, report->hooks->len);
    g_assert_cmpuint(read->hooks->len, <=, 128);
    g_assert_cmpuint(read->writers->len, <=, 256);
    for (guint i = 0; i < read->hooks->len; i++)
        g_assert_cmpint(g_utf8_strlen(((FirnVssHook *)read->hooks->pdata[i])->name, -1), <=, 256);
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(FirnVssReport) report = firn_vss_report_new();
    g_autoptr(FirnVssReport) of_writers = firn_vss_report_new();
    g_autoptr(FirnVssCheck) check = NULL;
    g_autoptr(GError) error = NULL;
    FirnVssMoment moment;

    if (firn_vss_report_read_status(report, text, length, &moment, &error)) {
        g_assert_nonnull(report->program);
        g_assert_cmpint(moment.has_run, ==, report->outcome != NULL);
        g_assert_cmpint(moment.uptime_ms, >=, 0);
        assert_kept(report);
    } else {
        assert_malformed(error);
    }
    g_clear_error(&error);
    if (firn_vss_report_read_writers(of_writers, text, length, &error))
        assert_kept(of_writers);
    else
        assert_malformed(error);
    g_clear_error(&error);
    check = firn_vss_check_parse(text, length, &error);
    if (check == NULL)
        assert_malformed(error);
}
