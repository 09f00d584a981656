/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "intent.h"

#include <string.h>

#include "catalogue-rig.h"
#include "engine-error.h"
#include "qmp-error.h"

static FirnIntent *
make_intent(void)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("a", NULL);

    firn_evidence_add_file_system(snapshot->evidence, "/", "ext4", "/dev/vda");
    snapshot->definition = g_strnfill(100000, 'x');
    return firn_intent_new(FIRN_INTENT_KIND_DELETE, FIRN_TEST_VM_UUID, "web \"1\"\n", snapshot);
}

static void
test_round(void)
{
    g_autoptr(FirnIntent) intent = make_intent();
    g_autoptr(FirnIntent) copy = NULL;
    g_autofree char *text = NULL;
    const FirnSnapshotDisk *disk;

    intent->why = g_strdup("disk vda: gone");
    text = firn_intent_to_text(intent);
    copy = firn_intent_parse(text, strlen(text), intent->id, NULL);
    g_assert_cmpstr(copy->id, ==, intent->id);
    g_assert_cmpint(copy->kind, ==, FIRN_INTENT_KIND_DELETE);
    g_assert_cmpstr(copy->vm_uuid, ==, FIRN_TEST_VM_UUID);
    g_assert_cmpstr(copy->vm_name, ==, "web \"1\"\n");
    g_assert_cmpint(copy->begun_us, ==, intent->begun_us);
    g_assert_cmpstr(copy->why, ==, "disk vda: gone");
    g_assert_cmpstr(copy->snapshot->uuid, ==, intent->snapshot->uuid);
    g_assert_cmpstr(copy->snapshot->tag, ==, intent->snapshot->tag);
    g_assert_cmpuint(copy->snapshot->disks->len, ==, 1);
    disk = copy->snapshot->disks->pdata[0];
    g_assert_cmpstr(disk->path, ==, "/srv/a.qcow2");
    /* Text from the guest is not stored here. */
    g_assert_cmpuint(copy->snapshot->evidence->file_systems->len, ==, 0);
    g_assert_null(copy->snapshot->definition);
}

static FirnIntent *
make_restore(const char *run_after)
{
    g_autoptr(FirnSnapshot) snapshot = firn_test_catalogue_make_record("undo", NULL);
    FirnIntent *intent =
        firn_intent_new(FIRN_INTENT_KIND_RESTORE, FIRN_TEST_VM_UUID, "web1", snapshot);

    firn_intent_set_restore(intent,
                            &(FirnIntentRestore){(char *)FIRN_TEST_VM_UUID,
                                                 (char *)"s1",
                                                 (char *)"off",
                                                 (char *)run_after,
                                                 60000});
    return intent;
}

static void
test_restore(void)
{
    g_autoptr(FirnIntent) intent = make_restore("running");
    g_autofree char *text = firn_intent_to_text(intent);
    g_autoptr(FirnIntent) read = firn_intent_parse(text, strlen(text), intent->id, NULL);
    g_autoptr(FirnIntent) copy = firn_intent_copy(read);

    g_assert_cmpint(copy->kind, ==, FIRN_INTENT_KIND_RESTORE);
    g_assert_cmpstr(copy->restore->target, ==, FIRN_TEST_VM_UUID);
    g_assert_cmpstr(copy->restore->run_before, ==, "off");
    g_assert_cmpstr(copy->restore->run_after, ==, "running");
    g_assert_cmpuint(copy->restore->grace_ms, ==, 60000);
    g_assert_cmpstr(firn_intent_get_subject(copy), ==, "s1");
    g_assert_cmpstr(firn_intent_get_state(copy), ==, "incompletely restored");
}

/* An older firnd did not record how long it would wait for a guest. */
static void
test_restore_without_grace(void)
{
    g_autoptr(FirnIntent) intent = make_restore("running");
    g_autofree char *text = firn_intent_to_text(intent);
    g_auto(GStrv) parts = g_strsplit(text, ",\n    \"grace_ms\" : 60000", -1);
    g_autofree char *old = g_strjoinv("", parts);
    g_autoptr(FirnIntent) read = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    read = firn_intent_parse(old, strlen(old), intent->id, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(read->restore->grace_ms, ==, 0);
}

static void
assert_refused(const char *text, const char *id)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_intent_parse(text, strlen(text), id, &error));
    g_assert_nonnull(error);
    g_assert_true(error->domain == FIRN_ENGINE_ERROR || error->domain == FIRN_QMP_ERROR);
}

static void
test_damage(void)
{
    static const char *const changes[][2] = {
        {"\"format\" : 1",        "\"format\" : 2"                     },
        {"\"kind\" : \"delete\"", "\"kind\" : \"format\""              },
        {"\"kind\" : \"delete\"", "\"kind\" : \"delete\", \"more\" : 1"},
        {"\"begun_us\" : ",       "\"begun_us\" : -"                   },
        {"\"uuid\" : \"12345678", "\"uuid\" : \"1234567"               },
        {"\"why\" : null",        "\"why\" : 1"                        },
        {"\"name\" : \"a\"",      "\"name\" : \"../a\""                },
    };
    g_autoptr(FirnIntent) intent = make_intent();
    g_autofree char *good = firn_intent_to_text(intent);
    g_autofree char *half = g_strndup(good, strlen(good) / 2);

    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_auto(GStrv) parts = g_strsplit(good, changes[i][0], -1);
        g_autofree char *text = g_strjoinv(changes[i][1], parts);

        g_test_message("%s", changes[i][1]);
        g_assert_nonnull(parts[1]);
        assert_refused(text, intent->id);
    }
    assert_refused(good, FIRN_TEST_VM_UUID);
    assert_refused(half, intent->id);
    assert_refused("", intent->id);
    assert_refused("[]", intent->id);
    assert_refused("{}", intent->id);
}

static void
test_damaged_restore(void)
{
    g_autoptr(FirnIntent) odd = make_restore("sleeping");
    g_autofree char *odd_text = firn_intent_to_text(odd);
    g_autoptr(FirnIntent) other = make_intent();
    g_autofree char *other_text = NULL;
    g_autoptr(FirnIntent) endless = make_restore("off");
    g_autofree char *good_text = firn_intent_to_text(endless);
    g_auto(GStrv) parts = g_strsplit(good_text, "60000", -1);
    g_autofree char *endless_text = g_strjoinv("60000000000", parts);

    assert_refused(endless_text, endless->id);
    assert_refused(odd_text, odd->id);
    other->kind = FIRN_INTENT_KIND_RESTORE;
    other_text = firn_intent_to_text(other);
    assert_refused(other_text, other->id);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-engine/intent/written-is-read", test_round);
    g_test_add_func("/snapshot-engine/intent/damage", test_damage);
    g_test_add_func("/snapshot-engine/intent/restore/written-is-read", test_restore);
    g_test_add_func("/snapshot-engine/intent/restore/without-grace", test_restore_without_grace);
    g_test_add_func("/snapshot-engine/intent/restore/damage", test_damaged_restore);
    return g_test_run();
}
