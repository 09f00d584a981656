/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * FirnVerb:
 * @name: the verb
 * @operands: what follows it, for the help: "VM [NAME]"
 * @summary: what it does, one clause
 * @examples: lines for the help
 * @options: (array zero-terminated=1): its options besides the global ones
 * @run: does it; returns the exit status
 *
 * One verb of the command line. A process runs one verb once, so options are kept in static
 * variables of the verb's file.
 */
typedef struct {
    const char *name;
    const char *operands;
    const char *summary;
    const char *examples;
    const GOptionEntry *options;
    int (*run)(FirnCli *cli, char **operands, guint n_operands);
} FirnVerb;

extern const FirnVerb firn_verb_create;
extern const FirnVerb firn_verb_list;
extern const FirnVerb firn_verb_tree;
extern const FirnVerb firn_verb_show;
extern const FirnVerb firn_verb_edit;
extern const FirnVerb firn_verb_delete;
extern const FirnVerb firn_verb_restore;
extern const FirnVerb firn_verb_undo;
extern const FirnVerb firn_verb_adopt;
extern const FirnVerb firn_verb_policy;
extern const FirnVerb firn_verb_quiesce;
extern const FirnVerb firn_verb_thaw;
extern const FirnVerb firn_verb_jobs;
extern const FirnVerb firn_verb_job;
extern const FirnVerb firn_verb_status;
extern const FirnVerb firn_verb_doctor;
extern const FirnVerb firn_verb_verify;
extern const FirnVerb firn_verb_check;
