/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-map.h"

#include "monitor-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000

/* As reported by QEMU 7.2 for a q35 with a root port "rp". */
#define PCI                                                                                        \
    "[{\"bus\": 0, \"devices\": [{\"bus\": 0, \"slot\": 0, \"function\": 0, \"qdev_id\": \"\"},"   \
    "{\"bus\": 0, \"slot\": 3, \"function\": 0, \"qdev_id\": \"rp\", \"pci_bridge\": {\"bus\": "   \
    "{\"number\": 0, \"secondary\": 1, \"subordinate\": 1}, \"devices\": [{\"bus\": 1, "           \
    "\"slot\": 0, \"function\": 0, \"qdev_id\": \"d2\"}]}},"                                       \
    "{\"bus\": 0, \"slot\": 4, \"function\": 1, \"qdev_id\": \"sc\"}, 5]}, 7]"

#define NAMED   "/machine/peripheral/"
#define UNNAMED "/machine/peripheral-anon/device[0]"
#define BACKEND "/virtio-backend"
/* Replies to qom-get about disks. */
#define FIRST_BUS UNNAMED " parent_bus \"/machine/q35/pcie.0\";"
#define BRIDGE    UNNAMED " parent_bus \"/machine/peripheral/rp/rp\";"
#define ADDR_17   UNNAMED " addr 17;"
#define ADDR_NONE UNNAMED " addr -1;"
#define SD        NAMED "sd parent_bus \"" NAMED "sc" BACKEND "/sc.0\";"
#define SE        NAMED "se parent_bus \"" NAMED "sc" BACKEND "/sc.0\";"
#define SD_LSI    NAMED "sd parent_bus \"" NAMED "sc/scsi.0\";"
#define SD_ODD    NAMED "sd parent_bus {};"
#define SD_LUN_0  NAMED "sd lun 0;"
#define SD_LUN_2  NAMED "sd lun 2;"
#define SE_LUN_0  NAMED "se lun 0;"
#define SCSI_MAP  "m=0:04.1/0 n=0:04.1/2"
/* As reported by QEMU 7.2 for controllers that are part of the machine. */
#define CHIP "/machine/unattached/device[15]"
#define AHCI                                                                                       \
    CHIP " type \"ich9-ahci\";" CHIP " parent_bus \"/machine/q35/pcie.0\";" CHIP " addr 250;"
#define ON_PC     CHIP " parent_bus \"/machine/i440fx/pci.0\";" CHIP " addr 9;"
#define PIIX      CHIP " type \"piix3-ide\";" ON_PC
#define PORT_2    NAMED "sd parent_bus \"" CHIP "/ide.2\";"
#define PORT_1    NAMED "se parent_bus \"" CHIP "/ide.1\";"
#define ON_CARD   NAMED "sd parent_bus \"" NAMED "sc/sc.3\";" NAMED "sc type \"ich9-ahci\";"
#define SD_UNIT_0 NAMED "sd unit 0;" NAMED "sd type \"ide-hd\";"
#define SD_UNIT_1 NAMED "sd unit 1;" NAMED "sd type \"ide-hd\";"
#define SE_UNIT_1 NAMED "se unit 1;" NAMED "se type \"ide-hd\";"
#define NVME      NAMED "sc type \"nvme\";" NAMED "sc parent_bus \"/machine/q35/pcie.0\";"
#define NS        NAMED "sd parent_bus \"" NAMED "sc/sc\";" NAMED "sd type \"nvme-ns\";"
#define NS_2      NAMED "se parent_bus \"" NAMED "sc/sc\";" NAMED "se type \"nvme-ns\";"
#define VIA       CHIP " type \"via-ide\";" ON_PC

typedef struct {
    const char *name;
    const char *disks;  /* "NODE=QDEV ..." */
    const char *values; /* "PATH PROPERTY JSON;...": replies to qom-get */
    const char *map;    /* "NODE=ADDRESS ...", in order of names */
} Case;

static const Case cases[] = {
    {"by-id",                 "n=" NAMED "sc" BACKEND,       "",                      "n=0:04.1/0"},
    {"by-id-behind-a-bridge", "n=" NAMED "d2" BACKEND,       "",                      "n=1:00.0/0"},
    {"without-id",            "n=" UNNAMED BACKEND,          FIRST_BUS ADDR_17,       "n=0:02.1/0"},
    {"behind-a-bridge",       "n=" UNNAMED BACKEND,          BRIDGE ADDR_17,          ""          },
    {"scsi",                  "n=sd m=se",                   SD SD_LUN_2 SE SE_LUN_0, SCSI_MAP    },
    {"scsi-targets",          "n=sd m=se",                   SD SD_LUN_0 SE SE_LUN_0, ""          },
    {"no-virtio",             "n=sd",                        SD_LSI SD_LUN_2,         ""          },
    {"sata",                  "n=sd",                        PORT_2 SD_UNIT_0 AHCI,   "n=0:1f.2/2"},
    {"sata-on-a-card",        "n=sd",                        ON_CARD SD_UNIT_0,       "n=0:04.1/3"},
    {"sata-odd-unit",         "n=sd",                        PORT_2 SD_UNIT_1 AHCI,   ""          },
    {"ide",                   "n=se",                        PORT_1 SE_UNIT_1 PIIX,   "n=0:01.1/3"},
    {"ide-odd-bus",           "n=sd",                        PORT_2 SD_UNIT_0 PIIX,   ""          },
    {"ide-of-another-kind",   "n=se",                        PORT_1 SE_UNIT_1 VIA,    ""          },
    {"nvme",                  "n=sc",                        NVME,                    "n=0:04.1/0"},
    {"nvme-namespace",        "n=sd",                        NVME NS,                 "n=0:04.1/0"},
    {"nvme-namespaces",       "n=sd m=se",                   NVME NS NS_2,            ""          },
    {"no-such-device",        "n=" NAMED "x" BACKEND " m=y", "",                      ""          },
    {"odd-address",           "n=" UNNAMED BACKEND,          FIRST_BUS ADDR_NONE,     ""          },
    {"odd-bus",               "n=sd",                        SD_ODD SD_LUN_2,         ""          },
};

static GHashTable *
parse_disks(const char *text)
{
    GHashTable *devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) disks = g_strsplit(text, " ", 0);

    for (GStrv disk = disks; *disk != NULL; disk++) {
        g_auto(GStrv) parts = g_strsplit(*disk, "=", 2);

        g_hash_table_insert(devices, g_strdup(parts[0]), g_strdup(parts[1]));
    }
    return devices;
}

static void
answer_qom(FirnTestMonitorRig *rig, const char *text)
{
    g_auto(GStrv) values = g_strsplit(text, ";", 0);

    for (GStrv value = values; *value != NULL && **value != '\0'; value++) {
        g_auto(GStrv) parts = g_strsplit(*value, " ", 3);
        g_autofree char *question =
            g_strdup_printf("\"path\":\"%s\",\"property\":\"%s\"", parts[0], parts[1]);

        firn_test_answer(rig->peer, question, parts[2]);
    }
    firn_test_peer_fail(rig->peer, "qom-get", 0, "no such property");
}

static char *
describe(GHashTable *map)
{
    g_autoptr(GList) nodes = g_list_sort(g_hash_table_get_keys(map), (GCompareFunc)g_strcmp0);
    g_autoptr(GString) text = g_string_new(NULL);

    for (GList *node = nodes; node != NULL; node = node->next)
        g_string_append_printf(text,
                               "%s%s=%s",
                               node == nodes ? "" : " ",
                               (char *)node->data,
                               (char *)g_hash_table_lookup(map, node->data));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_case(FirnTestMonitorRig *rig, gconstpointer data)
{
    const Case *example = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) devices = parse_disks(example->disks);
    g_autoptr(GHashTable) map = NULL;
    g_autofree char *text = NULL;

    firn_test_answer(rig->peer, "query-pci", PCI);
    answer_qom(rig, example->values);
    map = firn_disk_map_query(rig->monitor, devices, PATIENCE_MS, NULL, &error);
    g_assert_no_error(error);
    text = describe(map);
    g_assert_cmpstr(text, ==, example->map);
}

/* An incomplete map must not be taken for a complete one. */
static void
test_fails(FirnTestMonitorRig *rig, gconstpointer command)
{
    g_autoptr(GHashTable) devices = parse_disks("n=a m=b");
    g_autoptr(GError) error = NULL;

    firn_test_peer_when(rig->peer,
                        command,
                        1,
                        (FirnTestStep[]){{.text = "{\"error\": {\"class\": \"CommandNotFound\", "
                                                  "\"desc\": \"no\"}, \"id\": $id}\n"},
                                         {0}});
    firn_test_answer(rig->peer, "query-pci", PCI);
    g_assert_null(firn_disk_map_query(rig->monitor, devices, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_NO_COMMAND);
}

static void
test_malformed(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autoptr(GHashTable) devices = parse_disks("n=a");
    g_autoptr(GError) error = NULL;

    firn_test_answer(rig->peer, "query-pci", "{}");
    g_assert_null(firn_disk_map_query(rig->monitor, devices, PATIENCE_MS, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/qmp/disk-map/", cases[i].name, NULL);

        firn_test_monitor_rig_add(path, &cases[i], test_case);
    }
    firn_test_monitor_rig_add("/qmp/disk-map/refuses/no-query-pci", "query-pci", test_fails);
    firn_test_monitor_rig_add("/qmp/disk-map/refuses/no-qom-get", "qom-get", test_fails);
    firn_test_monitor_rig_add("/qmp/disk-map/refuses/object", NULL, test_malformed);
    return g_test_run();
}
