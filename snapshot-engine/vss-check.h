/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnVssCheck:
 * @program: version of firn-vss.exe
 * @service: state of its service: "running", "stopped", "absent" ...
 * @provider: state of qemu-ga's part of VSS
 * @backup_type: that qemu-ga will ask for: "copy", "full" ...
 * @refusal: (nullable): why no hook may run
 * @hooks: (element-type utf8): their names
 * @not_freezable: (element-type utf8): "VOLUME (FAT32)": fixed volumes that VSS cannot freeze
 *
 * What firn-vss.exe says of a Windows guest. All texts are the guest's, not printable yet.
 */
typedef struct {
    char *program;            /* (owned) */
    char *service;            /* (owned) */
    char *provider;           /* (owned) */
    char *backup_type;        /* (owned) */
    char *refusal;            /* (owned) (nullable) */
    GPtrArray *hooks;         /* (owned) (element-type utf8) */
    GPtrArray *not_freezable; /* (owned) (element-type utf8) */
} FirnVssCheck;

/**
 * firn_vss_check_parse:
 * @text: output of "firn-vss.exe check --json", NUL-terminated
 * @length: its length in bytes
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: (transfer full): what it says; %NULL with @error set
 */
FirnVssCheck *firn_vss_check_parse(const char *text, gsize length, GError **error);

void firn_vss_check_free(FirnVssCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnVssCheck, firn_vss_check_free)
