/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "freeze-limits.h"

/**
 * FirnOptions:
 *
 * The options of one call ("a{sv}"). Each known key is read once; any key that is left at the end
 * is an error, so that a misspelt option is never ignored.
 */
typedef struct _FirnOptions FirnOptions;

/**
 * firn_options_new:
 * @vardict: "a{sv}"
 *
 * Returns: (transfer full): the options
 */
FirnOptions *firn_options_new(GVariant *vardict);

void firn_options_free(FirnOptions *self);

/**
 * firn_options_take_string:
 * @out_value: (inout) (nullable): gets the value, and its old value is freed; untouched if the key
 * is absent
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT if the value has another type.
 *
 * Returns: %TRUE if the key was absent or read
 */
gboolean firn_options_take_string(FirnOptions *self,
                                  const char *key,
                                  char **out_value,
                                  GError **error);

/**
 * firn_options_take_strings:
 * @out_value: (inout) (nullable) (array zero-terminated=1): as for firn_options_take_string()
 *
 * Returns: %TRUE if the key was absent or read
 */
gboolean firn_options_take_strings(FirnOptions *self,
                                   const char *key,
                                   GStrv *out_value,
                                   GError **error);

/**
 * firn_options_take_word:
 * @words: (array zero-terminated=1): the allowed values, at least two
 * @out_index: (inout): gets the index of the value in @words; untouched if the key is absent
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT naming @words, if the value is another.
 *
 * Returns: %TRUE if the key was absent or read
 */
gboolean firn_options_take_word(FirnOptions *self,
                                const char *key,
                                const char *const *words,
                                guint *out_index,
                                GError **error);

/**
 * firn_options_take_duration:
 * @least_ms: smallest allowed value
 * @out_ms: (inout): gets the value, rounded up to milliseconds; untouched if the key is absent
 *
 * A duration is "t", microseconds, at most FIRN_LIMIT_MS_MAX.
 *
 * Returns: %TRUE if the key was absent or read
 */
gboolean firn_options_take_duration(FirnOptions *self,
                                    const char *key,
                                    guint least_ms,
                                    guint *out_ms,
                                    GError **error);

/**
 * firn_options_take_limits:
 * @limits: (inout): gets the options freeze-wait and frozen-max
 *
 * Returns: %TRUE if both were absent or read
 */
gboolean firn_options_take_limits(FirnOptions *self, FirnFreezeLimits *limits, GError **error);

/**
 * firn_options_take_boolean:
 * @out_value: (inout): gets the value; untouched if the key is absent
 *
 * Returns: %TRUE if the key was absent or read
 */
gboolean firn_options_take_boolean(FirnOptions *self,
                                   const char *key,
                                   gboolean *out_value,
                                   GError **error);

/**
 * firn_options_finish:
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT naming a key that was not read.
 *
 * Returns: %TRUE if no key is left
 */
gboolean firn_options_finish(FirnOptions *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnOptions, firn_options_free)
