/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * Notifies the service manager if systemd started firnd; does nothing otherwise. The only file that
 * uses its library, which firn can be built without.
 */

/**
 * firn_notify_ready:
 *
 * Reports that firnd serves requests. From now on the main loop feeds the watchdog, if systemd
 * asked for one; otherwise an idle firnd runs no timer.
 */
void firn_notify_ready(void);

/**
 * firn_notify_stopping:
 *
 * Reports that firnd accepts no more jobs and will exit.
 */
void firn_notify_stopping(void);

/**
 * firn_notify_status:
 * @format: printf format of one line of status text
 * @...: its arguments
 */
void firn_notify_status(const char *format, ...) G_GNUC_PRINTF(1, 2);
