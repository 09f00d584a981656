/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What firn counts as drift for a real domain, and what it does not. One guest for all tests; each
 * continues from the state that the previous one has left. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "disk-image.h"
#include "domain-drift.h"
#include "domain.h"
#include "libvirtd.h"
#include "patience.h"
#include "vm-rig.h"
#include "wire.h"

#define HOOK          "/etc/libvirt/hooks/qemu"
#define LOOK_AGAIN_US (50 * 1000)

static FirnVmRig rig;

static JsonObject *
status(JsonNode **out_node)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, "status web1 --json");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_cmpstr(outcome.err, ==, "");
    *out_node = json_from_string(outcome.out, NULL);
    return json_node_get_object(*out_node);
}

static char *
join(JsonObject *object, const char *member)
{
    JsonArray *array = json_object_get_array_member(object, member);
    g_autoptr(GStrvBuilder) sentences = g_strv_builder_new();
    g_auto(GStrv) all = NULL;

    for (guint i = 0; i < json_array_get_length(array); i++)
        g_strv_builder_add(sentences, json_array_get_string_element(array, i));
    all = g_strv_builder_end(sentences);
    return g_strjoinv("; ", all);
}

static void
assert_status(const char *drift, const char *pending)
{
    g_autoptr(JsonNode) node = NULL;
    JsonObject *object = status(&node);
    g_autofree char *found_drift = join(object, "drift");
    g_autofree char *found_pending = join(object, "pending_changes");

    g_assert_cmpstr(found_drift, ==, drift);
    g_assert_cmpstr(found_pending, ==, pending);
}

static void
assert_show(const char *snapshot, gboolean is_compared, const char *drift)
{
    g_autoptr(JsonNode) node = firn_test_firnd_show(rig.firnd, "web1", snapshot);
    JsonObject *object = json_node_get_object(node);
    g_autofree char *found = join(object, "drift");

    g_assert_cmpint(json_object_get_boolean_member(object, "compared"), ==, is_compared);
    g_assert_cmpstr(found, ==, drift);
}

static void
do_firn(const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, line);
    if (outcome.status != 0)
        g_error("firn %s: %d: %s", line, outcome.status, outcome.err);
}

static char *
dup_output(const char *line)
{
    g_auto(FirnTestOutcome) outcome = {0};

    firn_test_firnd_line(rig.firnd, &outcome, line);
    g_assert_cmpint(outcome.status, ==, 0);
    return g_steal_pointer(&outcome.out);
}

static void
set_memory(const char *mib)
{
    g_autofree char *size = g_strconcat(mib, "MiB", NULL);

    g_assert_cmpint(firn_test_domain_virsh(NULL, "setmaxmem", "web1", size, "--config", NULL),
                    ==,
                    0);
    g_assert_cmpint(firn_test_domain_virsh(NULL, "setmem", "web1", size, "--config", NULL), ==, 0);
}

static void
wait_for_line(const char *line, const char *text)
{
    gint64 deadline_us = firn_test_give_up_us();

    for (;;) {
        g_autofree char *output = dup_output(line);

        if (strstr(output, text) != NULL)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

static void
test_running(void)
{
    do_firn("create web1 running");
    assert_show("running", TRUE, "");
    assert_status("", "");
}

static void
restart_guest(void)
{
    firn_test_guest_quit(rig.guest);
    wait_for_line("status web1", "off");
    assert_status("", "");
    firn_test_guest_start(rig.guest, NULL);
    firn_test_guest_wait_ready(rig.guest);
    wait_for_line("status web1", "running");
}

static void
test_restarted(void)
{
    restart_guest();
    assert_show("running", TRUE, "");
    assert_status("", "");
}

/* libvirt searches for hooks at its start. */
static void
record_hook(const char *folder)
{
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\n[ $2 != prepare ] || exec cat >%s/prepare.xml\n", folder);
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents("/etc/libvirt/hooks", 0755);
    g_file_set_contents_full(HOOK, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, &error);
    g_assert_no_error(error);
    firn_test_libvirtd_signal(SIGTERM);
    firn_test_libvirtd_wait_end();
    firn_test_libvirtd_start();
    wait_for_line("status web1", "running");
}

static void
test_hook(void)
{
    const char *seen = firn_test_guest_get_path(rig.guest, "prepare.xml");
    g_autofree char *folder = g_path_get_dirname(seen);
    g_autofree char *defined = NULL;
    g_autofree char *prepared = NULL;
    g_auto(GStrv) differences = NULL;

    record_hook(folder);
    restart_guest();
    g_assert_cmpint(firn_test_domain_virsh(&defined, "dumpxml", "web1", "--inactive", NULL), ==, 0);
    g_assert_true(g_file_get_contents(seen, &prepared, NULL, NULL));
    g_assert_nonnull(strstr(prepared, " id='"));
    differences = firn_domain_drift_compare(defined, prepared, NULL);
    g_assert_cmpstr(differences[0], ==, NULL);
    g_assert_cmpint(g_unlink(HOOK), ==, 0);
}

/* Changes of the persistent definition only, and of the live one only. */
static void
test_pending(void)
{
    const char *extra = firn_test_guest_get_path(rig.guest, "extra.qcow2");
    g_autofree char *made =
        firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", extra, "1M", NULL);
    g_autofree char *removed = g_strdup_printf("disk vdc removed (%s)", extra);
    g_autofree char *text = NULL;
    g_autofree char *plain = NULL;

    set_memory("300");
    assert_status("memory 256 MiB -> 300 MiB", "memory 256 MiB -> 300 MiB");
    plain = dup_output("status web1");
    g_assert_nonnull(strstr(plain, "At next start memory 256 MiB -> 300 MiB"));
    g_assert_nonnull(strstr(plain, "WARNING       the configuration differs from snapshot"));
    set_memory("256");
    assert_status("", "");
    g_assert_cmpint(firn_test_domain_virsh(NULL,
                                           "attach-disk",
                                           "web1",
                                           extra,
                                           "vdc",
                                           "--live",
                                           "--subdriver=qcow2",
                                           NULL),
                    ==,
                    0);
    assert_status("", removed);
    do_firn("create web1 pending");
    text = dup_output("show web1 pending");
    g_assert_nonnull(strstr(text, "ConfigPendingRestart"));
    do_firn("delete web1 pending --yes");
    restart_guest();
    assert_status("", "");
}

static void
test_off(void)
{
    firn_test_guest_quit(rig.guest);
    wait_for_line("status web1", "off");
    do_firn("create web1 off --accept-unclean");
    assert_show("off", TRUE, "");
    assert_show("running", TRUE, "");
    assert_status("", "");
    set_memory("300");
    assert_show("off", TRUE, "memory 256 MiB -> 300 MiB");
    assert_show("running", TRUE, "memory 256 MiB -> 300 MiB");
    assert_status("memory 256 MiB -> 300 MiB", "");
    set_memory("256");
    assert_status("", "");
}

/* firnd is not asked to compare: libvirt sends an event when a domain is defined. */
static void
test_event(void)
{
    g_autofree char *xml = NULL;
    const char *file = firn_test_guest_get_path(rig.guest, "changed.xml");
    g_auto(GStrv) parts = NULL;
    g_autofree char *changed = NULL;

    g_assert_cmpint(firn_test_domain_virsh(&xml, "dumpxml", "web1", "--security-info", NULL),
                    ==,
                    0);
    parts = g_strsplit(xml, "<vcpu placement='static'>1</vcpu>", -1);
    changed = g_strjoinv("<vcpu placement='static'>2</vcpu>", parts);
    g_assert_true(g_file_set_contents(file, changed, -1, NULL));
    g_assert_cmpint(firn_test_domain_virsh(NULL, "define", file, NULL), ==, 0);
    wait_for_line("status", "off (changed since)");
    wait_for_line("tree web1", "(you are here, configuration changed)");
    g_assert_true(g_file_set_contents(file, xml, -1, NULL));
    g_assert_cmpint(firn_test_domain_virsh(NULL, "define", file, NULL), ==, 0);
    wait_for_line("tree web1", "(you are here)");
}

static void
test_policy(void)
{
    set_memory("300");
    do_firn("policy web1 set drift-guard=off");
    assert_status("", "");
    assert_show("off", FALSE, "");
    do_firn("policy web1 set drift-guard=warn");
    assert_status("memory 256 MiB -> 300 MiB", "");
    assert_show("off", TRUE, "memory 256 MiB -> 300 MiB");
}

int
main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/drift/none-after-create-while-running", test_running);
    g_test_add_func("/libvirt/drift/none-after-stop-and-start", test_restarted);
    g_test_add_func("/libvirt/drift/none-in-what-the-hook-gets", test_hook);
    g_test_add_func("/libvirt/drift/pending", test_pending);
    g_test_add_func("/libvirt/drift/off", test_off);
    g_test_add_func("/libvirt/drift/told-by-libvirt", test_event);
    g_test_add_func("/libvirt/drift/policy", test_policy);
    firn_vm_rig_set_up(&rig, NULL);
    result = g_test_run();
    firn_vm_rig_tear_down(&rig, NULL);
    return result;
}
