/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cli.h"

/**
 * FirnCommand:
 * @name: its word on the command line
 * @operands: what follows the name, for the help: "VM [NAME]"
 * @summary: what it does, one clause
 * @examples: lines for the help
 * @options: (array zero-terminated=1) (nullable): its options besides the global ones
 * @run: does it; returns the exit status
 *
 * One command of firn. A process runs one command once, so its options are static variables of
 * its file.
 */
typedef struct {
    const char *name;
    const char *operands;
    const char *summary;
    const char *examples;
    const GOptionEntry *options;
    int (*run)(FirnCli *cli, char **operands, guint n_operands);
} FirnCommand;

extern const FirnCommand firn_command_create;
extern const FirnCommand firn_command_list;
extern const FirnCommand firn_command_tree;
extern const FirnCommand firn_command_show;
extern const FirnCommand firn_command_edit;
extern const FirnCommand firn_command_delete;
extern const FirnCommand firn_command_restore;
extern const FirnCommand firn_command_undo;
extern const FirnCommand firn_command_adopt;
extern const FirnCommand firn_command_policy;
extern const FirnCommand firn_command_quiesce;
extern const FirnCommand firn_command_thaw;
extern const FirnCommand firn_command_jobs;
extern const FirnCommand firn_command_job;
extern const FirnCommand firn_command_wait;
extern const FirnCommand firn_command_status;
extern const FirnCommand firn_command_doctor;
extern const FirnCommand firn_command_verify;
extern const FirnCommand firn_command_check;
