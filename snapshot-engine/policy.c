/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy.h"

#include "duration.h"
#include "engine-enums.h"
#include "engine-error.h"
#include "enum-nick.h"
#include "printable.h"

void
firn_policy_init(FirnPolicy *self)
{
    *self = (FirnPolicy){
        .max_snapshots = FIRN_POLICY_MAX_SNAPSHOTS_DEFAULT,
        .drift_guard = FIRN_POLICY_DRIFT_GUARD_DEFAULT,
    };
}

gboolean
firn_policy_check(const FirnPolicy *self, GError **error)
{
    if (self->max_snapshots <= FIRN_POLICY_MAX_SNAPSHOTS_LIMIT)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_INVALID,
                "max-snapshots must be 0 to %u, not %u",
                FIRN_POLICY_MAX_SNAPSHOTS_LIMIT,
                self->max_snapshots);
    return FALSE;
}

static gboolean
refuse(GError **error, const char *key, const char *wanted, const char *value)
{
    g_autofree char *printable = firn_printable(value);

    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_INVALID,
                "%s must be %s, not \"%s\"",
                key,
                wanted,
                printable);
    return FALSE;
}

static gboolean
set_max_snapshots(FirnPolicy *self, const char *value, GError **error)
{
    guint64 number;

    /* The parser accepts a plus sign; users who write one mean "that many more". */
    if (!g_ascii_isdigit(value[0]) ||
        !g_ascii_string_to_unsigned(value, 10, 0, FIRN_POLICY_MAX_SNAPSHOTS_LIMIT, &number, NULL))
        return refuse(error,
                      "max-snapshots",
                      "a number from 0 to " G_STRINGIFY(FIRN_POLICY_MAX_SNAPSHOTS_LIMIT),
                      value);
    self->max_snapshots = (guint)number;
    return TRUE;
}

static gboolean
set_allow_memory(FirnPolicy *self, const char *value, GError **error)
{
    if (!g_str_equal(value, "yes") && !g_str_equal(value, "no"))
        return refuse(error, "allow-memory", "yes or no", value);
    self->allow_memory = g_str_equal(value, "yes");
    return TRUE;
}

static gboolean
set_drift_guard(FirnPolicy *self, const char *value, GError **error)
{
    int guard;

    if (!firn_enum_from_nick(FIRN_TYPE_DRIFT_GUARD, value, &guard))
        return refuse(error, "drift-guard", "off, warn or strict", value);
    self->drift_guard = guard;
    return TRUE;
}

static gboolean
set_pause_max(FirnPolicy *self, const char *value, GError **error)
{
    return firn_duration_parse(value, &self->pause_max_us, NULL) ||
           refuse(error, "pause-max", "a duration such as 500ms, 30s or 2m", value);
}

gboolean
firn_policy_set(FirnPolicy *self, const char *key, const char *value, GError **error)
{
    if (g_str_equal(key, "max-snapshots"))
        return set_max_snapshots(self, value, error);
    if (g_str_equal(key, "allow-memory"))
        return set_allow_memory(self, value, error);
    if (g_str_equal(key, "drift-guard"))
        return set_drift_guard(self, value, error);
    if (g_str_equal(key, "pause-max"))
        return set_pause_max(self, value, error);
    return refuse(error,
                  "a policy's key",
                  "max-snapshots, allow-memory, drift-guard or pause-max",
                  key);
}
