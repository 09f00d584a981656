/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-check.h"

#include <string.h>

#include "qmp-error.h"

static const char complete[] =
    "{\"version\": 1, \"program\": \"0.1.0\", \"services\": {\"firn_vss\": \"stopped\", "
    "\"qemu_ga\": \"running\", \"qemu_ga_provider\": \"absent\", \"vss\": \"stopped\"}, "
    "\"backup_type\": \"full\", \"hooks\": [\"10-sql.cmd\"], \"hooks_refused\": \"Users\", "
    "\"volumes\": [{\"volume\": \"C:\", \"file_system\": \"NTFS\", \"can_freeze\": true}, "
    "{\"volume\": \"E:\", \"file_system\": \"FAT32\", \"can_freeze\": false}, "
    "{\"volume\": \"F:\", \"file_system\": \"\", \"can_freeze\": false}]}";

static void
test_complete(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnVssCheck) check = firn_vss_check_parse(complete, strlen(complete), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(check->program, ==, "0.1.0");
    g_assert_cmpstr(check->service, ==, "stopped");
    g_assert_cmpstr(check->provider, ==, "absent");
    g_assert_cmpstr(check->backup_type, ==, "full");
    g_assert_cmpstr(check->refusal, ==, "Users");
    g_assert_cmpuint(check->hooks->len, ==, 1);
    g_assert_cmpuint(check->not_freezable->len, ==, 2);
    g_assert_cmpstr(check->not_freezable->pdata[0], ==, "E: (FAT32)");
    g_assert_cmpstr(check->not_freezable->pdata[1], ==, "F: (no file system)");
}

static void
test_refused(gconstpointer data)
{
    const char *const *example = data;
    g_auto(GStrv) parts = g_strsplit(complete, example[0], 2);
    g_autofree char *text = g_strjoinv(example[1], parts);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(text, !=, complete);
    g_assert_null(firn_vss_check_parse(text, strlen(text), &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static const char *const refused[][3] = {
    {"\"version\": 1",       "\"version\": 2",             "later-version"},
    {"]}",                   "]",                          "cut-off"      },
    {"\"services\": {",      "\"others\": {",              "no-services"  },
    {"[\"10-sql.cmd\"]",     "[5]",                        "hook"         },
    {"\"hooks_refused\": ",  "\"x\": ",                    "no-refusal"   },
    {"\"can_freeze\": true", "\"can_freeze\": 1",          "can-freeze"   },
    {"[{\"volume\": \"C:\"", "[null, {\"volume\": \"C:\"", "no-volume"    },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-check/complete", test_complete);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/vss-check/refused/", refused[i][2], NULL);

        g_test_add_data_func(path, refused[i], test_refused);
    }
    return g_test_run();
}
