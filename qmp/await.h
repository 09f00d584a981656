/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/**
 * FirnStartFunc:
 * @callback: to be passed to an _async function
 * @callback_data: to be passed with @callback
 * @user_data: as given to firn_await()
 *
 * Starts an asynchronous operation; runs on the main loop.
 */
typedef void (*FirnStartFunc)(GAsyncReadyCallback callback,
                              gpointer callback_data,
                              gpointer user_data);

/**
 * firn_await:
 * @start: starts the asynchronous operation, on the main loop
 * @user_data: for @start; must stay valid until firn_await() returns
 *
 * For threads other than the main loop's: runs @start on the main loop and sleeps until its
 * callback has run. Deadline and cancelling are up to the operation.
 *
 * Returns: (transfer full): the result, for the operation's _finish function
 */
GAsyncResult *firn_await(FirnStartFunc start, gpointer user_data);

/**
 * firn_await_call:
 * @function: runs on the main loop
 * @user_data: for @function
 *
 * For threads other than the main loop's: runs a short, non-blocking function on the main loop and
 * waits until it returns.
 */
void firn_await_call(GFunc function, gpointer user_data, gpointer more_data);
