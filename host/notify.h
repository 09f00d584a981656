/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * Messages to whoever started firnd, when that is systemd; nothing otherwise. The only file that
 * knows its library, and that firn may be built without it.
 */

/**
 * firn_notify_ready:
 *
 * firnd serves. From here on the watchdog is fed from the main loop, if one was asked for; without
 * one firnd never wakes up by itself.
 */
void firn_notify_ready(void);

/**
 * firn_notify_stopping:
 *
 * firnd takes no more jobs and will leave.
 */
void firn_notify_stopping(void);

/**
 * firn_notify_status:
 * @format: printf format of one line for people
 * @...: its arguments
 */
void firn_notify_status(const char *format, ...) G_GNUC_PRINTF(1, 2);
