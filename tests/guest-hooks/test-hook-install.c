/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-install.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#include "agent-settings.h"
#include "hook-rig.h"
#include "placed-file.h"
#include "protocol.h"

#define HOOK  "/usr/sbin/firn-hook"
#define GUARD "/usr/libexec/firn/firn-guard"
#define UNIT  "/etc/systemd/system/firn-guard.service"
#define PORTS "/etc/systemd/system/firn-port.service"
#define RULE  "/etc/udev/rules.d/70-firn-port.rules"
#define PORT  "/usr/libexec/firn/firn-port"
#define CONF  "/etc/qemu/qemu-ga.conf"
#define SHOP  "/usr/lib/firn/hooks.d/20-shop"
#define LIST  "/usr/lib/firn/placed"

/* What was run, and which of it fails. */
static GString *commands;
static const char *failing;
static FirnTestHookRig *watched;

static int
run(const char *const *words)
{
    g_autofree char *line = g_strjoinv(" ", (char **)words);

    g_string_append_printf(
        commands,
        "%s%s\n",
        line,
        firn_placed_file_find(&watched->paths, HOOK) == FIRN_PLACED_NONE ? " (no firn-hook)" : "");
    return failing != NULL && strstr(line, failing) != NULL;
}

static FirnInstall
get_install(FirnTestHookRig *rig, const char *source)
{
    return (FirnInstall){.paths = &rig->paths,
                         .source = source,
                         .hook = HOOK,
                         .guard = GUARD,
                         .port = PORT,
                         .run = run};
}

typedef unsigned (*Act)(const FirnInstall *self, FILE *out);

/* Returns what it says. */
static char *
act(FirnTestHookRig *rig, Act what, const FirnInstall *install, unsigned status)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    unsigned found;

    watched = rig;
    g_string_truncate(commands, 0);
    found = what(install, out);
    fclose(out);
    if (found != status)
        g_error("exit status %u, not %u: %s", found, status, text);
    return text;
}

static void
write_source(FirnTestHookRig *rig)
{
    firn_test_hook_rig_write(rig, "/src/firn-hook", 0755, "hook");
    firn_test_hook_rig_write(rig, "/src/firn-guard", 0755, "guard");
    firn_test_hook_rig_write(rig, "/src/firn-port", 0755, "port");
    firn_test_hook_rig_write(rig, "/src/firn-guard.service", 0644, "[Unit]\n");
    firn_test_hook_rig_write(rig, "/src/firn-port.service", 0644, "[Service]\n");
    firn_test_hook_rig_write(rig, "/src/70-firn-port.rules", 0644, "# rule\n");
    firn_test_hook_rig_write(rig, "/src/hooks.d/20-shop", 0755, "shop");
    firn_test_hook_rig_write(rig, "/src/hooks.d/20-shop.conf", 0644, "Level=app\n");
}

static void
assert_file(FirnTestHookRig *rig, const char *path, const char *text)
{
    g_autofree char *found = firn_test_hook_rig_read(rig, path);

    g_assert_cmpstr(found, ==, text);
}

static bool
is_there(FirnTestHookRig *rig, const char *path)
{
    g_autofree char *whole = firn_test_hook_rig_path(rig, path);

    return g_file_test(whole, G_FILE_TEST_EXISTS);
}

static void
assert_installed(FirnTestHookRig *rig)
{
    assert_file(rig, HOOK, "hook");
    assert_file(rig, GUARD, "guard");
    assert_file(rig, UNIT, FIRN_PLACED_MARK "[Unit]\n");
    assert_file(rig, PORT, "port");
    assert_file(rig, PORTS, FIRN_PLACED_MARK "[Service]\n");
    assert_file(rig, RULE, FIRN_PLACED_MARK "# rule\n");
    assert_file(rig, SHOP, "shop");
    assert_file(rig, SHOP ".conf", "Level=app\n");
    assert_file(rig, CONF, FIRN_PLACED_MARK "[general]\nfsfreeze-hook=" HOOK "\n");
}

static void
assert_gone(FirnTestHookRig *rig)
{
    static const char *const paths[] =
        {HOOK, GUARD, PORT, UNIT, PORTS, RULE, CONF, "/usr/lib/firn"};

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
        if (is_there(rig, paths[i]))
            g_error("%s is there", paths[i]);
}

static void
test_systemd(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/run/systemd/system/x", 0644, "");
    firn_test_hook_rig_write(rig, "/dev/virtio-ports/org.firn.guard.0", 0644, "");
    for (guint i = 0; i < 2; i++) {
        g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
        assert_installed(rig);
        g_assert_cmpstr(commands->str,
                        ==,
                        "systemctl daemon-reload\nsystemctl enable firn-guard.service\n"
                        "systemctl restart firn-guard.service\n"
                        "udevadm control --reload\n"
                        "udevadm trigger --action=add --subsystem-match=virtio-ports\n"
                        "udevadm settle\nsystemctl restart firn-port.service\n"
                        "systemctl daemon-reload\n"
                        "systemctl try-restart qemu-guest-agent.service\n");
    }
    for (guint i = 0; i < 2; i++) {
        g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
        assert_gone(rig);
        firn_test_assert_in(commands->str, "try-restart qemu-guest-agent.service");
        if (i == 0)
            g_assert_cmpstr(commands->str,
                            ==,
                            "systemctl daemon-reload\n"
                            "systemctl try-restart qemu-guest-agent.service\n"
                            "systemctl disable --now firn-guard.service\n"
                            "systemctl stop firn-port.service\n"
                            "systemctl daemon-reload (no firn-hook)\n");
    }
}

static void
test_agent_does_not_start(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    g_autofree char *said = NULL;
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/run/systemd/system/x", 0644, "");
    g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
    failing = "try-restart";
    said = act(rig, firn_uninstall, &install, FIRN_EXIT_CONFIG);
    failing = NULL;
    firn_test_assert_in(said, "firn-hook stays");
    assert_file(rig, HOOK, "hook");
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_gone(rig);
}

/* An agent that runs still calls it: the administrator restarts that, and asks again. */
static void
test_no_systemd(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    g_autofree char *said = NULL;
    g_autofree char *refused = NULL;
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    said = act(rig, firn_install, &install, FIRN_EXIT_OK);
    firn_test_assert_in(said, "restart qemu-ga");
    assert_installed(rig);
    g_assert_cmpstr(commands->str, ==, "");
    refused = act(rig, firn_uninstall, &install, FIRN_EXIT_CONFIG);
    firn_test_assert_in(refused, "call firn-hook uninstall again");
    assert_file(rig, HOOK, "hook");
    g_assert_false(is_there(rig, CONF));
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_gone(rig);
}

static void
test_other_root(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/run/systemd/system/x", 0644, "");
    install.run = NULL;
    g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
    assert_installed(rig);
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_gone(rig);
}

static void
test_labelled(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/run/systemd/system/x", 0644, "");
    firn_test_hook_rig_write(rig, "/usr/sbin/restorecon", 0755, "");
    firn_test_hook_rig_write(rig, FIRN_AGENT_VARIABLES, 0644, "");
    g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
    assert_file(rig, FIRN_AGENT_LABELLED_HOOK, "hook");
    firn_test_assert_in(commands->str, "restorecon " FIRN_AGENT_LABELLED_HOOK "\n");
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_gone(rig);
    g_assert_false(is_there(rig, FIRN_AGENT_LABELLED_HOOK));
}

static void
test_packaged(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    g_autofree char *said = NULL;
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/var/lib/dpkg/info/firn-guest.list", 0644, "");
    said = act(rig, firn_install, &install, FIRN_EXIT_OK);
    firn_test_assert_in(said, "the package firn-guest");
    g_assert_false(is_there(rig, HOOK) || is_there(rig, UNIT) || is_there(rig, CONF));
    g_assert_cmpstr(commands->str, ==, "");
}

/* A package that comes later takes over: what it has brought stays, what it has not is removed. */
static void
test_packaged_later(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    firn_test_hook_rig_write(rig, "/run/systemd/system/x", 0644, "");
    g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
    firn_test_hook_rig_write(rig, "/var/lib/dpkg/info/firn-guest.list", 0644, "");
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_file(rig, HOOK, "hook");
    assert_file(rig, SHOP, "shop");
    g_assert_false(is_there(rig, CONF) || is_there(rig, UNIT) || is_there(rig, RULE) ||
                   is_there(rig, LIST));
    g_assert_null(strstr(commands->str, "disable"));
}

/* From where meson has installed it. */
static void
test_in_place(FirnTestHookRig *rig, gconstpointer data)
{
    FirnInstall install = get_install(rig, "/usr/sbin");

    firn_test_hook_rig_write(rig, HOOK, 0755, "of meson");
    g_free(act(rig, firn_install, &install, FIRN_EXIT_OK));
    g_assert_false(is_there(rig, UNIT) || is_there(rig, LIST));
    assert_file(rig, CONF, FIRN_PLACED_MARK "[general]\nfsfreeze-hook=" HOOK "\n");
    install.run = NULL;
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_file(rig, HOOK, "of meson");
    g_assert_false(is_there(rig, CONF));
}

/* Programs that are not there are told, and the agent is left alone: it would call nothing. */
static void
test_incomplete(FirnTestHookRig *rig, gconstpointer data)
{
    g_autofree char *source = firn_test_hook_rig_path(rig, "/src");
    g_autofree char *guard = firn_test_hook_rig_path(rig, "/src/firn-guard");
    g_autofree char *said = NULL;
    FirnInstall install = get_install(rig, source);

    write_source(rig);
    g_assert_no_errno(g_unlink(guard));
    said = act(rig, firn_install, &install, FIRN_EXIT_CONFIG);
    firn_test_assert_in(said, "firn-guard: No such file");
    g_assert_false(is_there(rig, CONF));
    g_free(act(rig, firn_uninstall, &install, FIRN_EXIT_OK));
    assert_gone(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    commands = g_string_new(NULL);
    FIRN_TEST_WITH_RIG("hook-install/systemd", test_systemd);
    FIRN_TEST_WITH_RIG("hook-install/agent-does-not-start", test_agent_does_not_start);
    FIRN_TEST_WITH_RIG("hook-install/no-systemd", test_no_systemd);
    FIRN_TEST_WITH_RIG("hook-install/other-root", test_other_root);
    FIRN_TEST_WITH_RIG("hook-install/labelled", test_labelled);
    FIRN_TEST_WITH_RIG("hook-install/packaged", test_packaged);
    FIRN_TEST_WITH_RIG("hook-install/packaged-later", test_packaged_later);
    FIRN_TEST_WITH_RIG("hook-install/in-place", test_in_place);
    FIRN_TEST_WITH_RIG("hook-install/incomplete", test_incomplete);
    int status = g_test_run();

    g_string_free(commands, TRUE);
    return status;
}
