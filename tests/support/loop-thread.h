/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnTestLoopThread:
 *
 * Runs the default main loop in a thread, so that a test can be written like a job.
 */
typedef struct FirnTestLoopThread FirnTestLoopThread;

/**
 * firn_test_loop_thread_start:
 *
 * Returns: (transfer full): a running loop
 */
FirnTestLoopThread *firn_test_loop_thread_start(void);

/**
 * firn_test_loop_thread_stop:
 * @self: (transfer full): a loop
 *
 * Waits for its end.
 */
void firn_test_loop_thread_stop(FirnTestLoopThread *self);

/**
 * firn_test_loop_thread_call:
 * @function: runs on the loop
 * @user_data: for @function
 *
 * Runs @function on the default main loop and waits until it returns.
 */
void firn_test_loop_thread_call(void (*function)(gpointer user_data), gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestLoopThread, firn_test_loop_thread_stop)
