/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "engine-error.h"
#include "fuzz.h"
#include "lvm-report.h"

/* May be an argument of a program, or a part of a path. */
static void
assert_name(const char *name)
{
    g_assert_true(g_str_is_ascii(name));
    g_assert_null(strpbrk(name, "/ \n\"'\\"));
    g_assert_cmpint(*name, !=, '-');
}

void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    g_autofree char *text = g_strndup((const char *)bytes, length);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) lvs = firn_lvm_report_parse(text, length, &error);

    if (lvs == NULL) {
        g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        return;
    }
    for (guint i = 0; i < lvs->len; i++) {
        const FirnLv *lv = lvs->pdata[i];

        assert_name(lv->vg);
        assert_name(lv->name);
        g_assert_cmpint(*lv->name, !=, '\0');
        assert_name(lv->origin);
        assert_name(lv->pool);
        g_assert_cmpfloat(lv->data_percent, >=, 0);
        g_assert_cmpfloat(lv->metadata_percent, <=, 100);
        g_assert_false(firn_lv_has_tag(lv, "no such tag"));
    }
}
