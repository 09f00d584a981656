/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-map.h"

#include <string.h>

#include "disk-address.h"
#include "json-read.h"
#include "qmp-error.h"

#define NAMED   "/machine/peripheral/"
#define UNNAMED "/machine/peripheral-anon/"
/* Where QEMU puts the devices that the machine has by default. */
#define OWN "/machine/unattached/"
/* The child of a virtio PCI device that is the disk, or has the bus with the disks. */
#define BACKEND "/virtio-backend"
/* An upper bound for the number of buses with disks of one controller. */
#define BUS_MAX 31
/* An upper bound for the number of bridges in a row. */
#define DEPTH_MAX 16

typedef struct {
    guint bus;
    guint slot;
    guint function;
} Place;

typedef struct {
    FirnChannel *monitor; /* (unowned) */
    guint deadline_ms;
    GCancellable *cancellable; /* (unowned) (nullable) */
    GHashTable *places;        /* (owned) (element-type utf8 Place) id of a PCI device -> place */
    GHashTable *nodes;         /* (owned) (element-type utf8 utf8) node -> address */
    GHashTable *owners; /* (owned) (element-type utf8 utf8) address -> node, "" for several */
    GError *failure;    /* (owned) (nullable) why QEMU is no longer asked */
} Search;

static void
search_clear(Search *self)
{
    g_hash_table_unref(self->places);
    g_clear_pointer(&self->nodes, g_hash_table_unref);
    g_hash_table_unref(self->owners);
    g_clear_error(&self->failure);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
read_bus(Search *self, JsonArray *devices, guint depth)
{
    for (guint i = 0; devices != NULL && i < json_array_get_length(devices); i++) {
        JsonObject *device = firn_json_read_element(devices, i);
        const char *id = firn_json_read_text(device, "qdev_id");
        Place *place = g_new0(Place, 1);

        place->bus = firn_json_read_int(device, "bus", 0);
        place->slot = firn_json_read_int(device, "slot", 0);
        place->function = firn_json_read_int(device, "function", 0);
        /* Devices without an id have "". */
        g_hash_table_insert(self->places, g_strdup(id), place);
        if (depth < DEPTH_MAX)
            read_bus(self,
                     firn_json_read_array(firn_json_read_object(device, "pci_bridge"), "devices"),
                     depth + 1);
    }
}

static gboolean
read_buses(Search *self, GError **error)
{
    g_autoptr(JsonNode) reply = firn_channel_call(self->monitor,
                                                  "query-pci",
                                                  NULL,
                                                  self->deadline_ms,
                                                  self->cancellable,
                                                  error);
    JsonArray *buses;

    if (reply == NULL)
        return FALSE;
    if (!JSON_NODE_HOLDS_ARRAY(reply)) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "query-pci: the reply is not of the documented form");
        return FALSE;
    }
    buses = json_node_get_array(reply);
    for (guint i = 0; i < json_array_get_length(buses); i++)
        read_bus(self, firn_json_read_array(firn_json_read_element(buses, i), "devices"), 0);
    g_hash_table_remove(self->places, "");
    return TRUE;
}

/* Returns %NULL if there is no such property. */
static JsonNode *
get_property(Search *self, const char *path, const char *property)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) error = NULL;
    JsonNode *value;

    if (self->failure != NULL)
        return NULL;
    json_object_set_string_member(arguments, "path", path);
    json_object_set_string_member(arguments, "property", property);
    value = firn_channel_call(self->monitor,
                              "qom-get",
                              arguments,
                              self->deadline_ms,
                              self->cancellable,
                              &error);
    if (value == NULL && !g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        self->failure = g_steal_pointer(&error);
    return value;
}

static gboolean
get_number(Search *self, const char *path, const char *property, guint *out_number)
{
    g_autoptr(JsonNode) value = get_property(self, path, property);
    gint64 number = value != NULL && JSON_NODE_HOLDS_VALUE(value) &&
                            json_node_get_value_type(value) == G_TYPE_INT64
                        ? json_node_get_int(value)
                        : -1;

    if (number < 0 || number > G_MAXUINT16)
        return FALSE;
    *out_number = (guint)number;
    return TRUE;
}

/* (nullable) */
static char *
dup_text(Search *self, const char *path, const char *property)
{
    g_autoptr(JsonNode) value = get_property(self, path, property);

    return value != NULL && JSON_NODE_HOLDS_VALUE(value) &&
                   json_node_get_value_type(value) == G_TYPE_STRING
               ? json_node_dup_string(value)
               : NULL;
}

/* (nullable): the path of the bus that a device is attached to. */
static char *
dup_bus(Search *self, const char *path)
{
    return dup_text(self, path, "parent_bus");
}

/* "/machine/q35/pcie.0", "/machine/i440fx/pci.0": only the first bus has number 0. */
static gboolean
is_first_bus(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);

    return g_str_has_prefix(path, "/machine/") && g_strv_length(parts) == 4 &&
           g_str_has_prefix(parts[3], "pci") && g_str_has_suffix(parts[3], ".0");
}

static gboolean
find_place(Search *self, const char *path, Place *out_place)
{
    const char *id = g_str_has_prefix(path, NAMED) ? path + strlen(NAMED) : "";
    const Place *named = g_hash_table_lookup(self->places, id);
    g_autofree char *bus = NULL;
    guint place;

    if (named != NULL) {
        *out_place = *named;
        return TRUE;
    }
    if (!g_str_has_prefix(path, UNNAMED) && !g_str_has_prefix(path, OWN))
        return FALSE;
    bus = dup_bus(self, path);
    if (bus == NULL || !is_first_bus(bus) || !get_number(self, path, "addr", &place))
        return FALSE;
    *out_place = (Place){.slot = place >> 3, .function = place & 7};
    return TRUE;
}

/* The guest's device, or the controller of its SCSI bus. */
static char *
dup_owner(const char *path)
{
    const char *backend = strstr(path, BACKEND);

    return backend == NULL ? NULL : g_strndup(path, backend - path);
}

/* ATA buses are ".../ide.1", or ".../CONTROLLER.1" behind a controller with an id. */
static gboolean
find_ata(Search *self, const char *path, const char *type, const char *bus_name, guint *out_number)
{
    const char *dot = strrchr(bus_name, '.');
    guint64 bus;
    guint unit;

    if (dot == NULL || !g_ascii_string_to_unsigned(dot + 1, 10, 0, BUS_MAX, &bus, NULL) ||
        !get_number(self, path, "unit", &unit) || unit > 1)
        return FALSE;
    if (g_str_equal(type, "ich9-ahci")) {
        *out_number = (guint)bus;
        return unit == 0;
    }
    *out_number = firn_disk_address_number_of_ide((guint)bus, unit);
    return bus <= 1 && (g_str_equal(type, "piix3-ide") || g_str_equal(type, "piix4-ide"));
}

/* (nullable): the controller of the bus that a disk is attached to, if the guest agent numbers that
 * controller's disks as QEMU does. */
static char *
find_controller(Search *self, const char *path, const char *bus, guint *out_number)
{
    g_autofree char *controller = g_path_get_dirname(bus);
    g_autofree char *name = g_path_get_basename(bus);
    g_autofree char *type = dup_text(self, controller, "type");

    *out_number = 0;
    if (type != NULL && (g_str_equal(type, "nvme") || find_ata(self, path, type, name, out_number)))
        return g_steal_pointer(&controller);
    return NULL;
}

/* (nullable): the PCI device that a disk is behind, or is itself. */
static char *
find_owner(Search *self, const char *path, guint *out_number)
{
    g_autofree char *owner = dup_owner(path);
    g_autofree char *bus = NULL;
    g_autofree char *type = NULL;

    *out_number = 0;
    if (owner != NULL)
        return g_steal_pointer(&owner);
    bus = dup_bus(self, path);
    owner = bus == NULL ? NULL : dup_owner(bus);
    if (owner != NULL)
        return get_number(self, path, "lun", out_number) ? g_steal_pointer(&owner) : NULL;
    type = bus == NULL ? NULL : dup_text(self, path, "type");
    if (type == NULL)
        return NULL;
    return g_str_equal(type, "nvme") ? g_strdup(path)
                                     : find_controller(self, path, bus, out_number);
}

static char *
dup_address(Search *self, const char *qdev)
{
    g_autofree char *path = *qdev == '/' ? g_strdup(qdev) : g_strconcat(NAMED, qdev, NULL);
    guint number;
    g_autofree char *owner = find_owner(self, path, &number);
    Place place;

    return owner != NULL && find_place(self, owner, &place)
               ? firn_disk_address_new(place.bus, place.slot, place.function, number)
               : NULL;
}

static void
add(Search *self, const char *node, char *address)
{
    const char *owner = g_hash_table_lookup(self->owners, address);

    if (owner == NULL)
        g_hash_table_insert(self->nodes, g_strdup(node), g_strdup(address));
    else
        g_hash_table_remove(self->nodes, owner);
    g_hash_table_insert(self->owners, address, g_strdup(owner == NULL ? node : ""));
}

static void
search_disks(Search *self, GHashTable *devices)
{
    GHashTableIter iter;
    gpointer node, device;

    g_hash_table_iter_init(&iter, devices);
    while (g_hash_table_iter_next(&iter, &node, &device)) {
        char *address = dup_address(self, device);

        if (address != NULL)
            add(self, node, address);
    }
}

GHashTable *
firn_disk_map_query(FirnChannel *monitor,
                    GHashTable *devices,
                    guint deadline_ms,
                    GCancellable *cancellable,
                    GError **error)
{
    g_auto(Search) self = {
        .monitor = monitor,
        .deadline_ms = deadline_ms,
        .cancellable = cancellable,
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };

    if (!read_buses(&self, error))
        return NULL;
    search_disks(&self, devices);
    if (self.failure == NULL)
        return g_steal_pointer(&self.nodes);
    g_propagate_error(error, g_steal_pointer(&self.failure));
    return NULL;
}
