/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnHostHook:
 * @name: of its file: "50-notify"
 * @path: of its file
 * @refusal: (nullable): why it may not run, printable; %NULL: it may
 * @is_critical: whether a failure of it refuses the job
 * @before_s: time limit before the job, in seconds
 * @after_s: time limit after the job, in seconds
 *
 * A program of the administrator's that runs on the host, before and after a job.
 */
typedef struct {
    char *name;    /* (owned) */
    char *path;    /* (owned) */
    char *refusal; /* (owned) (nullable) */
    gboolean is_critical;
    guint before_s;
    guint after_s;
} FirnHostHook;

/**
 * firn_host_hook_list:
 * @folder: the folder with hooks; may be missing
 *
 * Lists the files NN-name that are executable, in byte order, with the settings of NN-name.conf
 * beside each: lines Enabled=, Critical=, BeforeTimeoutSec=, AfterTimeoutSec= (1 to 600). A hook
 * that others than root and firnd's user may have written, or whose settings cannot be used, is
 * listed with the reason, and as critical if the settings do not tell. Blocks like the file system.
 *
 * Returns: (transfer full) (element-type FirnHostHook): the hooks that are enabled
 */
GPtrArray *firn_host_hook_list(const char *folder);

void firn_host_hook_free(FirnHostHook *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnHostHook, firn_host_hook_free)
