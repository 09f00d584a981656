/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnCreateRequest:
 *
 * The options of `firn create`, as text.
 */
typedef struct {
    char *comment;      /* (owned) (nullable) */
    char *quiesce;      /* (owned) (nullable) */
    char *deadline;     /* (owned) (nullable) */
    char *freeze_wait;  /* (owned) (nullable) */
    char *frozen_max;   /* (owned) (nullable) */
    GStrv exclude;      /* (owned) (nullable) */
    const char *memory; /* (nullable) "any", "live" or "paused" */
    gboolean is_unregistered;
    char *fstrim; /* (owned) (nullable) */
    gboolean accepts_unclean;
    gboolean pauses;
    gboolean accepts_pause;
} FirnCreateRequest;

/**
 * firn_create_request_to_options:
 *
 * Errors: %G_OPTION_ERROR_BAD_VALUE.
 *
 * Returns: (transfer full): "a{sv}": options of CreateSnapshot; %NULL with @error set
 */
GVariant *firn_create_request_to_options(const FirnCreateRequest *self, GError **error);
