/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-info.h"

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

static FirnGuestInfo *
query(FirnTestAgentRig *fixture)
{
    g_autoptr(GError) error = NULL;
    FirnGuestInfo *info = firn_guest_info_query(fixture->agent, PATIENCE_MS, NULL, &error);

    g_assert_no_error(error);
    return info;
}

static void
test_able_agent(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(FirnGuestInfo) info = query(fixture);

    g_assert_cmpstr(info->version, ==, "7.2.22");
    g_assert_cmpstr(info->os_id, ==, "debian");
    g_assert_cmpstr(info->os_name, ==, "Fake 1");
    g_assert_true(info->has_freeze);
    g_assert_false(info->is_freeze_disabled);
    g_assert_true(info->has_file_systems);
}

static void
test_freeze_disabled(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(FirnGuestInfo) info = NULL;

    firn_test_fake_agent_disable(fixture->fake, "guest-fsfreeze-thaw");
    info = query(fixture);
    g_assert_false(info->has_freeze);
    g_assert_true(info->is_freeze_disabled);
}

static void
test_freeze_missing(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(FirnGuestInfo) info = NULL;

    firn_test_answer(fixture->peer,
                     "guest-info",
                     "{\"version\": \"0.15\", \"supported_commands\": "
                     "[{\"name\": \"guest-ping\", \"enabled\": true}, 5]}");
    info = query(fixture);
    g_assert_false(info->has_freeze);
    g_assert_false(info->is_freeze_disabled);
    g_assert_false(info->has_file_systems);
    g_assert_null(info->os_id);
}

static void
test_unknown_system(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(FirnGuestInfo) info = NULL;

    firn_test_peer_fail(fixture->peer, "guest-get-osinfo", 1, "no /etc/os-release");
    info = query(fixture);
    g_assert_true(info->has_freeze);
    g_assert_null(info->os_id);
}

static void
test_malformed(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(fixture->peer, "guest-info", data);
    g_assert_null(firn_guest_info_query(fixture->agent, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
note(const char *mountpoint,
     const char *type,
     const char *device,
     const char *const *addresses,
     gpointer text)
{
    g_autofree char *places = addresses == NULL ? NULL : g_strjoinv("+", (char **)addresses);

    g_string_append_printf(text,
                           "%s %s %s %s;",
                           mountpoint,
                           type,
                           device,
                           places == NULL ? "?" : places);
}

static void
test_file_systems(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    firn_guest_info_each_file_system(fixture->agent, PATIENCE_MS, NULL, note, text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text->str, ==, "/mnt/a ext4 vda 0:03.0/0;/mnt/b ext4 vdb 0:04.0/0;");
}

#define DISK(type, slot)                                                                           \
    "{\"bus-type\": \"" type "\", \"bus\": 0, \"unit\": 1, \"target\": 0, \"pci-controller\": "    \
    "{\"bus\": 2, \"slot\": " slot ", \"domain\": 0, \"function\": 0}}"

/* A volume on two disks; a volume with a disk of unsupported kind; an old agent. */
static void
test_places(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    firn_test_answer(
        fixture->peer,
        "guest-get-fsinfo",
        "[{\"mountpoint\": \"/a\", \"type\": \"xfs\", \"name\": \"dm-0\", \"disk\": "
        "[" DISK("virtio", "1") "," DISK(
            "scsi",
            "2") "]},"
                 "{\"mountpoint\": \"/b\", \"type\": \"xfs\", \"name\": \"dm-1\", \"disk\": "
                 "[" DISK("virtio", "1") "," DISK(
                     "usb",
                     "2") "]},"
                          "{\"mountpoint\": \"/c\", \"type\": \"xfs\", \"name\": \"sdc\", "
                          "\"disk\": []},"
                          "{\"mountpoint\": \"/d\", \"type\": \"xfs\", \"name\": \"sdd\"}]");
    firn_guest_info_each_file_system(fixture->agent, PATIENCE_MS, NULL, note, text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text->str,
                    ==,
                    "/a xfs dm-0 2:01.0/0+2:02.0/1;/b xfs dm-1 ?;/c xfs sdc ?;/d xfs sdd ?;");
}

static void
test_malformed_file_systems(FirnTestAgentRig *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    firn_test_answer(fixture->peer, "guest-get-fsinfo", data);
    g_assert_false(
        firn_guest_info_each_file_system(fixture->agent, PATIENCE_MS, NULL, note, text, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static void
add(const char *path, void (*test)(FirnTestAgentRig *, gconstpointer), gconstpointer data)
{
    g_test_add(path,
               FirnTestAgentRig,
               data,
               firn_test_agent_rig_set_up,
               test,
               firn_test_agent_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/qmp/guest-info/query/able-agent", test_able_agent, NULL);
    add("/qmp/guest-info/query/freeze-disabled", test_freeze_disabled, NULL);
    add("/qmp/guest-info/query/freeze-missing", test_freeze_missing, NULL);
    add("/qmp/guest-info/query/unknown-system", test_unknown_system, NULL);
    add("/qmp/guest-info/query/refuses/null", test_malformed, "null");
    add("/qmp/guest-info/query/refuses/no-commands", test_malformed, "{\"version\": \"1\"}");
    add("/qmp/guest-info/query/refuses/version-number",
        test_malformed,
        "{\"version\": 1, \"supported_commands\": []}");
    add("/qmp/guest-info/file-systems/all", test_file_systems, NULL);
    add("/qmp/guest-info/file-systems/places", test_places, NULL);
    add("/qmp/guest-info/file-systems/refuses/object", test_malformed_file_systems, "{}");
    add("/qmp/guest-info/file-systems/refuses/numbers", test_malformed_file_systems, "[1]");
    add("/qmp/guest-info/file-systems/refuses/no-device",
        test_malformed_file_systems,
        "[{\"mountpoint\": \"/\", \"type\": \"ext4\", \"name\": 7}]");
    return g_test_run();
}
