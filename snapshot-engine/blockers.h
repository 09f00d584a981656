/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnBlocker:
 * @code: a word for programs: "DiskNotSupported", "NoSpace" ...
 * @subject: what stands in the way: "disk vdb", "guest agent"
 * @message: what is wrong with it, one clause
 * @remedy: what to do about it, one clause
 * @disk: (nullable): target of the disk that it is about, if the rest could do without that one
 *
 * One reason why something cannot be done. A list has each reason once, however many checks find
 * it.
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
 * @subject: what stands in the way
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
 * @target: the disk that stands in the way, and that the rest could do without
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
 * @subject: what stands in the way
 * @remedy: what to do about it
 * @error: what is wrong
 */
void firn_blockers_add_error(GPtrArray *blockers,
                             const char *code,
                             const char *subject,
                             const char *remedy,
                             const GError *error);

/**
 * firn_blockers_add_all:
 * @blockers: (element-type FirnBlocker): a list
 * @others: (element-type FirnBlocker): what is added to it
 */
void firn_blockers_add_all(GPtrArray *blockers, GPtrArray *others);

/**
 * firn_blockers_to_text:
 * @blockers: (element-type FirnBlocker): at least one
 *
 * Returns: (transfer full): "SUBJECT: MESSAGE; REMEDY", joined by ". "
 */
char *firn_blockers_to_text(GPtrArray *blockers);
