/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * FIRN_STEP:
 * @name: a string constant, "cut" ...
 *
 * A place between two side effects, where the end of firnd, of QEMU or of the agent has to do no
 * harm. Every side effect on a guest, an image or a state file has one before it and one after it:
 * tests/crash walks over them all. What has its side effects only through functions that have steps
 * has none of its own: nothing would lie between the two, and each takes seconds to walk over.
 * Costs nothing unless built with -Dc_args=-DFIRN_STEPS, as tests/run builds what it tests with
 * sanitizers.
 */
#ifdef FIRN_STEPS
#define FIRN_STEP(name) firn_step_reach(name)
#else
#define FIRN_STEP(name) ((void)0)
#endif

/**
 * firn_step_reach:
 * @name: of the step
 *
 * Counts it. If FIRN_CRASH_AT (an environment variable) is its number, or its name and it is the
 * first of that name, says so on standard error and stops the process by SIGSTOP, for somebody
 * outside to do the harm and to send SIGCONT or SIGKILL.
 */
void firn_step_reach(const char *name);
