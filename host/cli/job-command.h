/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bus-client.h"

/**
 * FirnJobReport:
 * @cli: the command line
 * @vm: the VM's name, printable
 * @result: "a{sv}": the result of the job, which has completed
 * @data: as given to firn_job_command_run()
 *
 * Tells the user what a job has done; with --json on stderr only.
 *
 * Returns: the exit status
 */
typedef int (*FirnJobReport)(FirnCli *cli, const char *vm, GVariant *result, gpointer data);

/**
 * firn_job_command_run:
 * @vm: the VM, with its properties
 * @method: a method of the VM that starts a job
 * @arguments: (transfer floating): a tuple
 * @report: called when the job has completed
 * @data: for @report
 *
 * Has firnd start a job and follows it to its end. With --json prints the result, the VM and the
 * job's number; with --no-block only the number, and does not wait.
 *
 * Returns: the exit status
 */
int firn_job_command_run(FirnCli *cli,
                         FirnDBusVM *vm,
                         const char *method,
                         GVariant *arguments,
                         FirnJobReport report,
                         gpointer data);

/**
 * firn_job_command_follow:
 * @proxy: (type GDBusProxy): the object
 * @method: a method that starts a job
 * @arguments: (transfer floating): a tuple
 * @out_result: (out) (optional): "a{sv}": the job's result once it has ended, in whatever state;
 * else untouched
 *
 * For commands that print the result in their own way. With --no-block only prints the job's
 * number.
 *
 * Returns: the exit status of the job; an error is printed
 */
FirnExit firn_job_command_follow(FirnCli *cli,
                                 gpointer proxy,
                                 const char *method,
                                 GVariant *arguments,
                                 GVariant **out_result);
