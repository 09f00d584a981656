/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "fsfreeze.h"
#include "fuzz.h"
#include "guest-info.h"
#include "script-channel.h"

#define DEADLINE_MS 1000

static void
try_freeze(FirnChannel *agent)
{
    g_autoptr(GError) error = NULL;
    guint frozen = 12345;

    if (firn_fsfreeze_freeze(agent, DEADLINE_MS, NULL, &frozen, &error)) {
        g_assert_cmpuint(frozen, <=, 10000);
    } else {
        g_assert_nonnull(error);
        g_assert_cmpuint(frozen, ==, 12345);
    }
}

static void
try_status(FirnChannel *agent)
{
    g_autoptr(GError) error = NULL;
    gboolean is_frozen = 2;

    if (firn_fsfreeze_query(agent, DEADLINE_MS, NULL, &is_frozen, &error))
        g_assert_true(is_frozen == TRUE || is_frozen == FALSE);
    else
        g_assert_true(error != NULL && is_frozen == 2);
}

static void
try_info(FirnChannel *agent)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnGuestInfo) info = firn_guest_info_query(agent, DEADLINE_MS, NULL, &error);

    if (info == NULL) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_no_error(error);
    g_assert_nonnull(info->version);
    g_assert_false(info->has_freeze && info->is_freeze_disabled);
}

static void
count_file_system(const char *mountpoint,
                  const char *type,
                  const char *device,
                  const char *const *addresses,
                  gpointer user_data)
{
    guint *count = user_data;

    g_assert_true(mountpoint != NULL && type != NULL && device != NULL);
    (*count)++;
}

static void
try_file_systems(FirnChannel *agent)
{
    g_autoptr(GError) error = NULL;
    guint count = 0;
    gboolean ok = firn_guest_info_each_file_system(agent,
                                                   DEADLINE_MS,
                                                   NULL,
                                                   count_file_system,
                                                   &count,
                                                   &error);

    g_assert_true(ok == (error == NULL));
    g_assert_cmpuint(count, <=, FIRN_JSON_LIMITS_AGENT.members);
}

/* One input is read as the reply to each query. */
void
firn_fuzz_one(const guint8 *bytes, gsize length)
{
    static void (*const questions[])(
        FirnChannel *) = {try_freeze, try_status, try_info, try_file_systems};
    g_autoptr(FirnChannel) agent = firn_script_channel_new(bytes, length, &FIRN_JSON_LIMITS_AGENT);

    for (guint i = 0; i < G_N_ELEMENTS(questions); i++) {
        firn_script_channel_rewind(agent);
        questions[i](agent);
    }
}
