/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * FIRN_CRASH_POINT:
 * @name: a string constant, "cut" ...
 *
 * A point between two side effects at which firnd, QEMU or the agent may die without harm. Every
 * side effect on a guest, an image or a state file has one before and one after it; tests/crash
 * stops at each of them. A function whose side effects all happen in functions with steps needs no
 * steps of its own: nothing would lie between two of them, and each costs the test seconds.
 * Compiled to nothing unless built with -Dc_args=-DFIRN_STEPS, as tests/run does. Packages are
 * built without.
 */
#ifdef FIRN_STEPS
#define FIRN_CRASH_POINT(name) firn_crash_point_reach(name)
#else
#define FIRN_CRASH_POINT(name) ((void)0)
#endif

/**
 * firn_crash_point_reach:
 * @name: of the step
 *
 * Counts the step. If the environment variable FIRN_CRASH_AT is its number, or is its name and this
 * is the first step of that name, it prints the step on standard error and stops the process by
 * SIGSTOP, until a test does the harm and sends SIGCONT or SIGKILL.
 */
void firn_crash_point_reach(const char *name);
