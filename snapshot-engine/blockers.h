/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Something outside the VM that it would not start without. */
#define FIRN_BLOCKER_DEPENDENCY_MISSING "DependencyMissing"

/**
 * FirnBlocker:
 * @code: a word for programs: "DiskNotSupported", "NoSpace" ...
 * @subject: what is concerned: "disk vdb", "guest agent"
 * @message: what is wrong with it, one clause
 * @remedy: what to do about it, one clause
 * @disk: (nullable): target of the disk concerned, if the operation is possible without that disk
 *
 * One reason why something cannot be done. A list contains each reason once, even if several checks
 * find it.
 */
typedef struct {
    char *code;    /* (owned) */
    char *subject; /* (owned) */
    char *message; /* (owned) */
    char *remedy;  /* (owned) */
    char *disk;    /* (owned) (nullable) */
} FirnBlocker;

/**
 * firn_blockers_new:
 *
 * Returns: (transfer full) (element-type FirnBlocker): an empty list that frees its elements
 */
GPtrArray *firn_blockers_new(void);

/**
 * firn_blockers_add:
 * @blockers: (element-type FirnBlocker): a list
 * @code: for programs
 * @subject: what is concerned
 * @remedy: what to do about it
 * @format: printf format of what is wrong
 * @...: its arguments
 */
void firn_blockers_add(GPtrArray *blockers,
                       const char *code,
                       const char *subject,
                       const char *remedy,
                       const char *format,
                       ...) G_GNUC_PRINTF(5, 6);

/**
 * firn_blockers_add_disk:
 * @blockers: (element-type FirnBlocker): a list
 * @code: for programs
 * @target: the disk concerned, which could be left out
 * @remedy: what to do about it
 * @message: what is wrong
 */
void firn_blockers_add_disk(GPtrArray *blockers,
                            const char *code,
                            const char *target,
                            const char *remedy,
                            const char *message);

/**
 * firn_blockers_add_error:
 * @blockers: (element-type FirnBlocker): a list
 * @code: for programs
 * @subject: what is concerned
 * @remedy: what to do about it
 * @error: its text is the message
 */
void firn_blockers_add_error(GPtrArray *blockers,
                             const char *code,
                             const char *subject,
                             const char *remedy,
                             const GError *error);

/**
 * firn_blockers_add_all:
 * @blockers: (element-type FirnBlocker): a list
 * @others: (element-type FirnBlocker): added to @blockers
 */
void firn_blockers_add_all(GPtrArray *blockers, GPtrArray *others);

/**
 * firn_blockers_to_text:
 * @blockers: (element-type FirnBlocker): at least one
 *
 * Returns: (transfer full): "SUBJECT: MESSAGE; REMEDY", joined by ". "
 */
char *firn_blockers_to_text(GPtrArray *blockers);
