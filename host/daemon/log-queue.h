/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_log_queue_install:
 *
 * Makes logging asynchronous: a message is put into a queue, and a separate thread writes it where
 * GLib would have. So a log that blocks, because its disk belongs to a guest that is frozen at the
 * moment, blocks no other thread. When the queue is full, messages are lost; their number is logged
 * once writing continues. A message before an abort is written first. To be called once, at the
 * start. If the thread cannot be started, GLib writes the messages itself.
 *
 * With fatal-criticals in the environment's G_DEBUG, as the tests set it, each CRITICAL ends the
 * process, and so does each WARNING of GLib; it is written first.
 */
void firn_log_queue_install(void);

/**
 * firn_log_queue_flush:
 *
 * Waits until all messages are written, at most a second.
 */
void firn_log_queue_flush(void);
