/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_FINDINGS_TYPE "a(sssss)"

/**
 * FirnSeverity:
 * @FIRN_SEVERITY_OK: no problem
 * @FIRN_SEVERITY_WARNING: firn works, but with a restriction
 * @FIRN_SEVERITY_ERROR: something does not work
 *
 * The severity of a finding.
 */
typedef enum {
    FIRN_SEVERITY_OK,
    FIRN_SEVERITY_WARNING,
    FIRN_SEVERITY_ERROR,
} FirnSeverity;

/**
 * FirnFindings:
 *
 * The results of a diagnosis, in the order in which they were found.
 */
typedef struct _FirnFindings FirnFindings;

/**
 * firn_findings_new:
 *
 * Returns: (transfer full): an empty list
 */
FirnFindings *firn_findings_new(void);

/**
 * firn_findings_add:
 * @word: a code for programs: "AgentAbsent"
 * @subject: what is concerned: "guest agent"
 * @message: what was found; any bytes, made printable
 * @remedy: the remedy, as a command if there is one; "" for none
 */
void firn_findings_add(FirnFindings *self,
                       FirnSeverity severity,
                       const char *word,
                       const char *subject,
                       const char *message,
                       const char *remedy);

/**
 * firn_findings_say:
 * @word: a code for programs
 * @subject: what is concerned
 * @format: as for printf(): what was found
 *
 * Adds a finding of severity OK.
 */
void firn_findings_say(FirnFindings *self,
                       const char *word,
                       const char *subject,
                       const char *format,
                       ...) G_GNUC_PRINTF(4, 5);

/**
 * firn_findings_take:
 * @others: (transfer full): appended to @self
 */
void firn_findings_take(FirnFindings *self, const FirnFindings *others);

/**
 * firn_findings_to_variant:
 *
 * Returns: (transfer full): FIRN_FINDINGS_TYPE: (word, severity: "ok", "warning", "error"; subject;
 * message; remedy)
 */
GVariant *firn_findings_to_variant(const FirnFindings *self);

void firn_findings_free(FirnFindings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFindings, firn_findings_free)
