/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-address.h"

#include "json-read.h"

#define BUS_MAX      255
#define SLOT_MAX     31
#define FUNCTION_MAX 7
#define LUN_MAX      16383
#define PORT_MAX     31

char *
firn_disk_address_new(guint bus, guint slot, guint function, guint number)
{
    return g_strdup_printf("%u:%02x.%u/%u", bus, slot, function, number);
}

guint
firn_disk_address_number_of_ide(guint bus, guint unit)
{
    return 2 * bus + unit;
}

static gboolean
read_number(JsonObject *object, const char *member, gint64 max, guint *out_number)
{
    gint64 number = firn_json_read_int(object, member, -1);

    if (number < 0 || number > max)
        return FALSE;
    *out_number = (guint)number;
    return TRUE;
}

static gboolean
is_of_linux(JsonObject *disk)
{
    return g_str_has_prefix(firn_json_read_text(disk, "dev"), "/dev/");
}

static gboolean
read_ide(JsonObject *disk, guint *out_number)
{
    guint bus, unit;

    if (!read_number(disk, "bus", 1, &bus) || !read_number(disk, "unit", 1, &unit))
        return FALSE;
    *out_number = firn_disk_address_number_of_ide(bus, unit);
    return TRUE;
}

static gboolean
read_disk(JsonObject *disk, guint *out_number)
{
    const char *type = firn_json_read_text(disk, "bus-type");
    guint bus;

    if (g_str_equal(type, "scsi"))
        return read_number(disk, "unit", LUN_MAX, out_number);
    *out_number = 0;
    if (g_str_equal(type, "virtio"))
        return TRUE;
    if (!is_of_linux(disk))
        return FALSE;
    if (g_str_equal(type, "sata"))
        return read_number(disk, "bus", 0, &bus) && read_number(disk, "unit", PORT_MAX, out_number);
    return g_str_equal(type, "ide") ? read_ide(disk, out_number) : g_str_equal(type, "nvme");
}

char *
firn_disk_address_read(JsonObject *disk)
{
    JsonObject *pci = firn_json_read_object(disk, "pci-controller");
    guint domain, bus, slot, function, number;

    /* An agent that does not know the controller sends -1 for all of them. */
    if (!read_number(pci, "domain", 0, &domain) || !read_number(pci, "bus", BUS_MAX, &bus) ||
        !read_number(pci, "slot", SLOT_MAX, &slot) ||
        !read_number(pci, "function", FUNCTION_MAX, &function) || !read_disk(disk, &number))
        return NULL;
    return firn_disk_address_new(bus, slot, function, number);
}
