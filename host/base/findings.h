/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_FINDINGS_TYPE "a(sssss)"

/**
 * FirnSeverity:
 * @FIRN_SEVERITY_OK: it is as it should be
 * @FIRN_SEVERITY_WARNING: firn works, but not as well as it could
 * @FIRN_SEVERITY_ERROR: something does not work
 *
 * How much of a finding's subject is wrong.
 */
typedef enum {
    FIRN_SEVERITY_OK,
    FIRN_SEVERITY_WARNING,
    FIRN_SEVERITY_ERROR,
} FirnSeverity;

/**
 * FirnFindings:
 *
 * What an administrator should look at, in the order in which it was found.
 */
typedef struct _FirnFindings FirnFindings;

/**
 * firn_findings_new:
 *
 * Returns: (transfer full): none yet
 */
FirnFindings *firn_findings_new(void);

/**
 * firn_findings_add:
 * @self: findings
 * @severity: how bad it is
 * @word: for programs: "AgentAbsent"
 * @subject: of what: "guest agent"
 * @message: what was found; any bytes, is made printable
 * @remedy: what to do, as a command where there is one; "" for nothing
 */
void firn_findings_add(FirnFindings *self,
                       FirnSeverity severity,
                       const char *word,
                       const char *subject,
                       const char *message,
                       const char *remedy);

/**
 * firn_findings_say:
 * @self: findings
 * @word: for programs
 * @subject: of what
 * @format: as for printf(): what was found
 *
 * Adds one that is as it should be.
 */
void firn_findings_say(FirnFindings *self,
                       const char *word,
                       const char *subject,
                       const char *format,
                       ...) G_GNUC_PRINTF(4, 5);

/**
 * firn_findings_take:
 * @self: findings
 * @others: more of them, which come after
 */
void firn_findings_take(FirnFindings *self, const FirnFindings *others);

/**
 * firn_findings_to_variant:
 * @self: findings
 *
 * Returns: (transfer full): FIRN_FINDINGS_TYPE: (word, severity: "ok", "warning", "error"; subject;
 * message; remedy)
 */
GVariant *firn_findings_to_variant(const FirnFindings *self);

/**
 * firn_findings_free:
 * @self: (nullable): findings
 */
void firn_findings_free(FirnFindings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFindings, firn_findings_free)
