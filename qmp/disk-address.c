/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-address.h"

#include "json-read.h"

#define BUS_MAX      255
#define SLOT_MAX     31
#define FUNCTION_MAX 7
#define LUN_MAX      16383

char *
firn_disk_address_new(guint bus, guint slot, guint function, guint lun)
{
    return g_strdup_printf("%u:%02x.%u/%u", bus, slot, function, lun);
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

char *
firn_disk_address_read(JsonObject *disk)
{
    JsonObject *pci = firn_json_read_object(disk, "pci-controller");
    const char *type = firn_json_read_string(disk, "bus-type");
    guint domain, bus, slot, function, lun = 0;

    /* An agent that does not know the controller says -1 of all. */
    if (!read_number(pci, "domain", 0, &domain) || !read_number(pci, "bus", BUS_MAX, &bus) ||
        !read_number(pci, "slot", SLOT_MAX, &slot) ||
        !read_number(pci, "function", FUNCTION_MAX, &function))
        return NULL;
    if (g_strcmp0(type, "scsi") == 0 ? !read_number(disk, "unit", LUN_MAX, &lun)
                                     : g_strcmp0(type, "virtio") != 0)
        return NULL;
    return firn_disk_address_new(bus, slot, function, lun);
}
