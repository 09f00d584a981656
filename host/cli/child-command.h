/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#define FIRN_CHILD_COMMAND_NOT_EXECUTABLE 126
#define FIRN_CHILD_COMMAND_NOT_FOUND      127

/**
 * FirnChildCommand:
 * @argv: (array zero-terminated=1): the program and its arguments
 * @environment: (array zero-terminated=1): its environment
 * @lease: a descriptor; once it can be read, the program is asked to end
 * @on_early_end: called then
 * @user_data: for @on_early_end
 *
 * A program that runs while guests are frozen.
 */
typedef struct {
    char **argv;        /* (unowned) */
    char **environment; /* (unowned) */
    int lease;
    void (*on_early_end)(gpointer user_data);
    gpointer user_data;
} FirnChildCommand;

/**
 * firn_child_command_find:
 * @name: a program's name, or its path
 * @out_status: (out): %FIRN_CHILD_COMMAND_NOT_FOUND or %FIRN_CHILD_COMMAND_NOT_EXECUTABLE
 *
 * Returns: (transfer full) (nullable): its path; %NULL with @out_status set
 */
char *firn_child_command_find(const char *name, int *out_status);

/**
 * firn_child_command_run:
 *
 * Runs it in a process group of its own, with standard input, output and error inherited, and with
 * the terminal if firn has it. Signals that end firn are passed on to it; it gets SIGTERM when firn
 * dies, or when the lease can be read.
 *
 * Returns: its exit status, 128 + N if signal N has ended it; with @error set 126 or 127
 */
int firn_child_command_run(const FirnChildCommand *self, GError **error);
