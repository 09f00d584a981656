/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence.h"

#include <string.h>

#include "engine-error.h"

static char *
to_text(const FirnEvidence *evidence)
{
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_evidence_schema, evidence);

    return json_to_string(node, FALSE);
}

static FirnEvidence *
from_text(const char *text, GError **error)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);

    return firn_record_schema_from_json(&firn_evidence_schema, node, error);
}

static FirnEvidence *
make_full(void)
{
    FirnEvidence *evidence = firn_evidence_new(FIRN_QUIESCE_TRY);

    evidence->run_state = g_strdup("running");
    evidence->agent_version = g_strdup("7.2.22");
    evidence->guest_os = g_strdup("Debian \"12\"\n\001");
    evidence->expected = 2;
    evidence->frozen = G_MAXUINT;
    evidence->thawed = 1;
    evidence->freeze_sent_us = 1;
    evidence->frozen_us = 2;
    evidence->cut_begin_us = 3;
    evidence->cut_end_us = 4;
    evidence->thaw_sent_us = 5;
    evidence->thawed_us = G_MAXINT64;
    evidence->adopted_us = 6;
    evidence->adopted_from = g_strdup("libvirt");
    evidence->adopted_by = g_strdup("uid 0");
    evidence->freeze_error = g_strdup("no");
    evidence->thaw_error = g_strdup("");
    firn_evidence_add_file_system(evidence, "/", "ext4", "/dev/vda1");
    firn_evidence_add_file_system(evidence, "/srv/ä", "xfs", "");
    g_ptr_array_add(evidence->interruptions, g_strdup("RESET"));
    g_ptr_array_add(evidence->not_frozen, g_strdup("vdc"));
    firn_evidence_indicate(evidence, "Online");
    firn_evidence_indicate(evidence, "GuestAgent");
    return evidence;
}

static void
assert_full(const FirnEvidence *evidence)
{
    const FirnFileSystem *second = evidence->file_systems->pdata[1];

    g_assert_cmpint(evidence->quiesce, ==, FIRN_QUIESCE_TRY);
    g_assert_cmpstr(evidence->run_state, ==, "running");
    g_assert_cmpstr(evidence->agent_version, ==, "7.2.22");
    g_assert_cmpstr(evidence->guest_os, ==, "Debian \"12\"\n\001");
    g_assert_cmpuint(evidence->expected, ==, 2);
    g_assert_cmpuint(evidence->frozen, ==, G_MAXUINT);
    g_assert_cmpuint(evidence->thawed, ==, 1);
    g_assert_cmpint(evidence->freeze_sent_us, ==, 1);
    g_assert_cmpint(evidence->frozen_us, ==, 2);
    g_assert_cmpint(evidence->cut_begin_us, ==, 3);
    g_assert_cmpint(evidence->cut_end_us, ==, 4);
    g_assert_cmpint(evidence->thaw_sent_us, ==, 5);
    g_assert_cmpint(evidence->thawed_us, ==, G_MAXINT64);
    g_assert_cmpint(evidence->adopted_us, ==, 6);
    g_assert_cmpstr(evidence->adopted_from, ==, "libvirt");
    g_assert_cmpstr(evidence->adopted_by, ==, "uid 0");
    g_assert_cmpstr(evidence->freeze_error, ==, "no");
    g_assert_cmpstr(evidence->thaw_error, ==, "");
    g_assert_cmpuint(evidence->file_systems->len, ==, 2);
    g_assert_cmpstr(second->mountpoint, ==, "/srv/ä");
    g_assert_cmpstr(second->type, ==, "xfs");
    g_assert_cmpstr(second->device, ==, "");
    g_assert_cmpstr(evidence->interruptions->pdata[0], ==, "RESET");
    g_assert_cmpuint(evidence->not_frozen->len, ==, 1);
    g_assert_cmpstr(evidence->not_frozen->pdata[0], ==, "vdc");
    g_assert_cmpuint(evidence->indications->len, ==, 2);
    g_assert_cmpstr(evidence->indications->pdata[1], ==, "GuestAgent");
}

static void
test_round_trip(void)
{
    g_autoptr(FirnEvidence) evidence = make_full();
    g_autofree char *text = to_text(evidence);
    g_autoptr(FirnEvidence) again = from_text(text, NULL);
    g_autofree char *second_text = to_text(again);

    assert_full(again);
    g_assert_cmpstr(text, ==, second_text);
}

static void
test_copy(void)
{
    g_autoptr(FirnEvidence) evidence = make_full();
    g_autoptr(FirnEvidence) copy = firn_evidence_copy(evidence);

    g_clear_pointer(&evidence, firn_evidence_free);
    assert_full(copy);
}

static void
test_empty(void)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_NEVER);
    g_autofree char *text = to_text(evidence);

    g_assert_cmpstr(text, ==, "{\"quiesce\":\"never\"}");
}

/* Every member, with a value of each kind: only the right kinds are accepted. */
static void
test_types(void)
{
    static const char *const values[] =
        {"\"x\"", "1", "-1", "1.5", "true", "null", "[]", "[1]", "[\"x\"]", "{}"};
    static const struct {
        const char *member;
        const char *taken; /* one digit of 0 or 1 for each value above */
    } table[] = {
        {"run_state",      "1000000000"},
        {"agent_version",  "1000000000"},
        {"guest_os",       "1000000000"},
        {"freeze_error",   "1000000000"},
        {"thaw_error",     "1000000000"},
        {"expected",       "0100000000"},
        {"frozen",         "0100000000"},
        {"thawed",         "0100000000"},
        {"freeze_sent_us", "0100000000"},
        {"frozen_us",      "0100000000"},
        {"cut_begin_us",   "0100000000"},
        {"cut_end_us",     "0100000000"},
        {"thaw_sent_us",   "0100000000"},
        {"thawed_us",      "0100000000"},
        {"adopted_us",     "0100000000"},
        {"adopted_from",   "1000000000"},
        {"adopted_by",     "1000000000"},
        {"file_systems",   "0000001000"},
        {"interruptions",  "0000001010"},
        {"indications",    "0000001010"},
        {"unheard-of",     "0000000000"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        for (guint k = 0; k < G_N_ELEMENTS(values); k++) {
            g_autofree char *text =
                g_strdup_printf("{\"quiesce\":\"try\",\"%s\":%s}", table[i].member, values[k]);
            g_autoptr(GError) error = NULL;
            g_autoptr(FirnEvidence) evidence = from_text(text, &error);

            g_test_message("%s", text);
            g_assert_cmpint(evidence != NULL, ==, table[i].taken[k] == '1');
            if (evidence == NULL)
                g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        }
}

static void
test_refused(void)
{
    static const char *const texts[] = {
        "[]",
        "{}",
        "{\"quiesce\":\"perhaps\"}",
        "{\"quiesce\":1}",
        "{\"quiesce\":\"try\",\"frozen\":4294967296}",
        "{\"quiesce\":\"try\",\"file_systems\":[{}]}",
        "{\"quiesce\":\"try\",\"file_systems\":[1]}",
        "{\"quiesce\":\"try\",\"file_systems\":[{\"mountpoint\":\"/\",\"type\":\"ext4\"}]}",
        "{\"quiesce\":\"try\",\"file_systems\":"
        "[{\"mountpoint\":\"/\",\"type\":\"ext4\",\"device\":7}]}"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", texts[i]);
        g_assert_null(from_text(texts[i], &error));
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
    }
}

static void
test_guest_text(void)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_TRY);
    g_autofree char *longest = g_strnfill(1000, 'x');
    g_autoptr(FirnEvidence) again = NULL;
    g_autofree char *text = NULL;
    const FirnFileSystem *file_system;

    firn_evidence_add_file_system(evidence, longest, "ext4\xff", NULL);
    evidence->guest_os = g_strdup_printf("\xfe%s", longest);
    evidence->cut_begin_us = -5;
    text = to_text(evidence);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    again = from_text(text, NULL);
    file_system = again->file_systems->pdata[0];
    g_assert_cmpuint(strlen(file_system->mountpoint), ==, 256);
    g_assert_cmpstr(file_system->type, ==, "ext4\ufffd");
    g_assert_cmpint(g_utf8_strlen(again->guest_os, -1), ==, 256);
    g_assert_cmpint(again->cut_begin_us, ==, 0);
}

static void
test_indicate_once(void)
{
    g_autoptr(FirnEvidence) evidence = firn_evidence_new(FIRN_QUIESCE_TRY);

    firn_evidence_indicate(evidence, "Online");
    firn_evidence_indicate(evidence, "Online");
    g_assert_cmpuint(evidence->indications->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/evidence/round-trip", test_round_trip);
    g_test_add_func("/snapshot-engine/evidence/copy", test_copy);
    g_test_add_func("/snapshot-engine/evidence/to-json/empty", test_empty);
    g_test_add_func("/snapshot-engine/evidence/to-json/guest-text", test_guest_text);
    g_test_add_func("/snapshot-engine/evidence/from-json/types", test_types);
    g_test_add_func("/snapshot-engine/evidence/from-json/refused", test_refused);
    g_test_add_func("/snapshot-engine/evidence/indicate/once", test_indicate_once);
    return g_test_run();
}
