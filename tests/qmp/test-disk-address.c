/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-address.h"

#define VIRTIO "\"bus-type\": \"virtio\", \"unit\": 5"
#define SCSI   "\"bus-type\": \"scsi\", \"unit\": 2"
#define ATA(type, dev, bus, target, unit)                                                          \
    "\"bus-type\": \"" type "\", \"bus\": " bus ", \"target\": " target ", \"unit\": " unit        \
    ", \"dev\": \"" dev "\""
#define WINDOWS "\\\\\\\\.\\\\PhysicalDrive0"
#define PLACE   "\"pci-controller\": {\"domain\": 0, \"bus\": 1, \"slot\": 10, \"function\": 3}"
#define LOST    "\"pci-controller\": {\"domain\": -1, \"bus\": -1, \"slot\": -1, \"function\": -1}"
#define AFAR    "\"pci-controller\": {\"domain\": 1, \"bus\": 1, \"slot\": 10, \"function\": 3}"
#define LARGE   "\"pci-controller\": {\"domain\": 0, \"bus\": 1, \"slot\": 32, \"function\": 3}"

static void
assert_read(const char *json, const char *expected)
{
    g_autoptr(JsonNode) node = json_from_string(json, NULL);
    g_autofree char *address = firn_disk_address_read(json_node_get_object(node));

    g_assert_cmpstr(address, ==, expected);
}

static void
test_known(void)
{
    g_autofree char *address = firn_disk_address_new(1, 10, 3, 2);

    g_assert_cmpstr(address, ==, "1:0a.3/2");
    assert_read("{" SCSI "," PLACE "}", address);
    assert_read("{" VIRTIO "," PLACE "}", "1:0a.3/0");
}

static void
test_linux(void)
{
    assert_read("{" ATA("sata", "/dev/sda1", "0", "0", "3") "," PLACE "}", "1:0a.3/3");
    assert_read("{" ATA("ide", "/dev/sda1", "0", "0", "1") "," PLACE "}", "1:0a.3/1");
    assert_read("{" ATA("ide", "/dev/sda1", "1", "0", "0") "," PLACE "}", "1:0a.3/2");
    assert_read("{" ATA("nvme", "/dev/nvme0n1", "0", "0", "0") "," PLACE "}", "1:0a.3/0");
    assert_read("{" ATA("sata", "/dev/sda1", "1", "0", "0") "," PLACE "}", NULL);
    assert_read("{" ATA("sata", "/dev/sda1", "0", "0", "32") "," PLACE "}", NULL);
    assert_read("{" ATA("ide", "/dev/sda1", "2", "0", "0") "," PLACE "}", NULL);
    assert_read("{" ATA("ide", "/dev/sda1", "0", "0", "2") "," PLACE "}", NULL);
    assert_read("{" ATA("usb", "/dev/sda1", "0", "0", "0") "," PLACE "}", NULL);
    assert_read("{" ATA("sata", "/dev/sda1", "0", "0", "3") "," LOST "}", NULL);
}

/* qemu-ga for Windows sends such numbers with another meaning, and old ones for Linux no device. */
static void
test_other_numbers(void)
{
    assert_read("{" ATA("sata", WINDOWS, "0", "0", "0") "," PLACE "}", NULL);
    assert_read("{" ATA("ide", WINDOWS, "0", "1", "0") "," PLACE "}", NULL);
    assert_read("{" ATA("nvme", WINDOWS, "0", "0", "0") "," PLACE "}", NULL);
    assert_read("{\"bus-type\": \"sata\", \"bus\": 0, \"target\": 0, \"unit\": 0," PLACE "}", NULL);
}

static void
test_unknown(void)
{
    assert_read("{" VIRTIO "," LOST "}", NULL);
    assert_read("{" VIRTIO "," AFAR "}", NULL);
    assert_read("{" VIRTIO "," LARGE "}", NULL);
    assert_read("{" VIRTIO "}", NULL);
    assert_read("{" PLACE "}", NULL);
    assert_read("{\"bus-type\": \"scsi\", \"unit\": -1," PLACE "}", NULL);
    assert_read("{\"bus-type\": \"sata\", \"unit\": 0," PLACE "}", NULL);
    assert_read("{\"bus-type\": 7, \"pci-controller\": []}", NULL);
    g_assert_null(firn_disk_address_read(NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/disk-address/known", test_known);
    g_test_add_func("/qmp/disk-address/linux", test_linux);
    g_test_add_func("/qmp/disk-address/other-numbers", test_other_numbers);
    g_test_add_func("/qmp/disk-address/unknown", test_unknown);
    return g_test_run();
}
