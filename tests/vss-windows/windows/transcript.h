/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A fixed place, because services do not get a test's environment. */
#define FIRN_FAKEVSS_FOLDER "C:\\fakevss"

/**
 * firn_transcript_add:
 * @format: as for printf(), with __USE_MINGW_ANSI_STDIO
 *
 * Appends a line to C:\fakevss\transcript.txt, from whatever thread. Lines that begin with "fault:"
 * say what the product must not do.
 */
void firn_transcript_add(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));
