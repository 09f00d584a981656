/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_log_queue_install:
 *
 * From now on whoever logs only puts the message into a queue; a thread of its own writes it where
 * GLib would have. So a log that does not take anything, because its disk belongs to a guest that
 * is just frozen, stops nobody. When the queue is full, messages are lost, and how many is
 * told once it takes some again; the one before an abort is written first. Once, at the start.
 * Where no thread is to be had, GLib goes on writing.
 *
 * With fatal-criticals in the environment's G_DEBUG, as for a firnd of a test, each CRITICAL ends
 * the process, and so does each WARNING of GLib; it is written before.
 */
void firn_log_queue_install(void);

/**
 * firn_log_queue_flush:
 *
 * Waits until everything is written, but no longer than a second.
 */
void firn_log_queue_flush(void);
