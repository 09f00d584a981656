/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-needs.h"

#include "xml-read.h"

struct Need;

typedef struct {
    virConnectPtr connection; /* (unowned) */
    const struct Need *need;  /* (unowned) the entry that firn_xml_read_each() reads now */
    FirnDomainNeedFunc tell;
    gpointer user_data; /* for @tell */
} Needs;

/* An element of the XML that names a thing on the host which must exist. */
typedef struct Need {
    const char *elements; /* XPath from the domain */
    const char *value;    /* XPath from the element */
    const char *what;     /* the kind of thing, for the message */
    gboolean (*is_there)(Needs *self, const char *value);
    const char *remedy; /* NULL: correct the definition */
    /* NULL: it exists if it is there; else @remedy starts it, if it exists */
    gboolean (*exists)(Needs *self, const char *value);
    FirnDomainWithout without;
} Need;

static gboolean
is_file(Needs *self, const char *value)
{
    return value[0] != '/' || g_file_test(value, G_FILE_TEST_EXISTS);
}

static gboolean
is_program(Needs *self, const char *value)
{
    return g_file_test(value, G_FILE_TEST_IS_EXECUTABLE);
}

static gboolean
is_link(Needs *self, const char *value)
{
    g_autofree char *path = g_build_filename("/sys/class/net", value, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
is_mediated(Needs *self, const char *value)
{
    g_autofree char *path = g_build_filename("/sys/bus/mdev/devices", value, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
is_active_network(Needs *self, const char *value)
{
    virNetworkPtr network = virNetworkLookupByName(self->connection, value);
    gboolean is_active = network != NULL && virNetworkIsActive(network) == 1;

    if (network != NULL)
        virNetworkFree(network);
    return is_active;
}

static gboolean
is_network(Needs *self, const char *value)
{
    virNetworkPtr network = virNetworkLookupByName(self->connection, value);

    if (network != NULL)
        virNetworkFree(network);
    return network != NULL;
}

static gboolean
is_active_pool(Needs *self, const char *value)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(self->connection, value);
    gboolean is_active = pool != NULL && virStoragePoolIsActive(pool) == 1;

    if (pool != NULL)
        virStoragePoolFree(pool);
    return is_active;
}

static gboolean
is_pool(Needs *self, const char *value)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(self->connection, value);

    if (pool != NULL)
        virStoragePoolFree(pool);
    return pool != NULL;
}

static gboolean
is_network_filter(Needs *self, const char *value)
{
    virNWFilterPtr filter = virNWFilterLookupByName(self->connection, value);

    if (filter != NULL)
        virNWFilterFree(filter);
    return filter != NULL;
}

static gboolean
is_secret(Needs *self, const char *value)
{
    virSecretPtr secret = virSecretLookupByUUIDString(self->connection, value);

    if (secret != NULL)
        virSecretFree(secret);
    return secret != NULL;
}

#define PCI    "[@type='pci']/source/address"
#define PUT_IT "put it back"

/* "0000:03:00.0", from attributes that are hexadecimal numbers. */
#define PCI_NAME                                                                                   \
    "concat(substring-after(@domain, '0x'), ':', substring-after(@bus, '0x'), ':', "               \
    "substring-after(@slot, '0x'), '.', substring-after(@function, '0x'))"

static gboolean
is_pci_device(Needs *self, const char *value)
{
    g_autofree char *path = g_build_filename("/sys/bus/pci/devices", value, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
has_usb_ids(const char *folder, char *const *ids)
{
    static const char *const names[] = {"idVendor", "idProduct"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename("/sys/bus/usb/devices", folder, names[i], NULL);
        g_autofree char *id = NULL;

        if (!g_file_get_contents(path, &id, NULL, NULL) ||
            g_ascii_strtoull(id, NULL, 16) != g_ascii_strtoull(ids[i], NULL, 16))
            return FALSE;
    }
    return TRUE;
}

/* "0x1234:0x5678", vendor and product. */
static gboolean
is_usb_device(Needs *self, const char *value)
{
    g_autoptr(GDir) devices = g_dir_open("/sys/bus/usb/devices", 0, NULL);
    g_auto(GStrv) ids = g_strsplit(value, ":", 2);
    const char *folder;

    while (devices != NULL && (folder = g_dir_read_name(devices)) != NULL)
        if (has_usb_ids(folder, ids))
            return TRUE;
    return FALSE;
}

#define ADDRESS_PCI  "devices/interface[@type='hostdev']/source/address[@type='pci']"
#define ADDRESS_MDEV "devices/hostdev[@type='mdev']/source/address"
#define NEEDED       "not(@startupPolicy='optional')"
#define SOURCE_USB   "devices/hostdev[@type='usb']/source[vendor and " NEEDED "]"
#define USB_NAME     "concat(vendor/@id, ':', product/@id)"
#define SOURCE_HOST  "devices/hostdev/source/block | devices/hostdev/source/char"
#define SOURCE_CHAR                                                                                \
    "devices/*[self::serial or self::parallel or self::console or self::channel]"                  \
    "[@type='dev' or @type='pipe']/source"

/* clang-format off */
/* Source: https://libvirt.org/formatdomain.html */
static const Need needs[] = {
    {"devices/emulator", ".", "program", is_program, NULL},
    {"os/kernel", ".", "kernel", is_file, PUT_IT},
    {"os/initrd", ".", "initrd", is_file, PUT_IT},
    {"os/dtb", ".", "device tree", is_file, PUT_IT},
    {"os/loader", ".", "firmware", is_file, PUT_IT},
    {"os/nvram", "@template", "NVRAM template", is_file, PUT_IT},
    {"os/acpi/table", ".", "ACPI table", is_file, PUT_IT},
    {"devices/disk/source", "@pool", "storage pool", is_active_pool, "virsh pool-start", is_pool},
    {"devices/disk//secret", "@uuid", "secret", is_secret, NULL},
    {"devices/interface[@type='network']/source", "@network", "network", is_active_network,
     "virsh net-start", is_network, FIRN_DOMAIN_WITHOUT_CABLE},
    {"devices/interface[@type='bridge']/source", "@bridge", "bridge", is_link, NULL, NULL,
     FIRN_DOMAIN_WITHOUT_CABLE},
    {"devices/interface[@type='direct']/source", "@dev", "network device", is_link, NULL, NULL,
     FIRN_DOMAIN_WITHOUT_CABLE},
    {"devices/interface/filterref", "@filter", "network filter", is_network_filter, NULL},
    {ADDRESS_PCI, PCI_NAME, "PCI device", is_pci_device, NULL, NULL, FIRN_DOMAIN_WITHOUT_DEVICE},
    {"devices/hostdev" PCI, PCI_NAME, "PCI device", is_pci_device, NULL, NULL,
     FIRN_DOMAIN_WITHOUT_DEVICE},
    {ADDRESS_MDEV, "@uuid", "mediated device", is_mediated, NULL, NULL, FIRN_DOMAIN_WITHOUT_DEVICE},
    {SOURCE_USB, USB_NAME, "USB device", is_usb_device, "plug it in", NULL,
     FIRN_DOMAIN_WITHOUT_DEVICE},
    {SOURCE_HOST, ".", "host device", is_file, NULL, NULL, FIRN_DOMAIN_WITHOUT_DEVICE},
    {"devices/filesystem/source", "@dir | @file | @socket", "shared folder", is_file, PUT_IT},
    {SOURCE_CHAR, "@path", "character device", is_file, NULL, NULL, FIRN_DOMAIN_WITHOUT_DEVICE},
    {"devices/rng/backend[@model='random']", ".", "random source", is_file, NULL},
    {"devices/tpm/backend/device", "@path", "TPM", is_file, NULL},
    {"devices/input/source", "@evdev | @dev", "input device", is_file, NULL, NULL,
     FIRN_DOMAIN_WITHOUT_DEVICE},
};
/* clang-format on */

static void
check_need(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    Needs *self = data;
    g_autofree char *value = firn_xml_read_text(context, node, self->need->value);
    FirnDomainNeed missing =
        {node, self->need->what, value, self->need->remedy, FALSE, self->need->without};

    if (value == NULL || self->need->is_there(self, value))
        return;
    /* Only what exists can be started. */
    missing.is_stopped = self->need->exists != NULL && self->need->exists(self, value);
    if (self->need->exists != NULL && !missing.is_stopped)
        missing.remedy = "define it again";
    self->tell(&missing, self->user_data);
}

void
firn_domain_needs_each_missing(virConnectPtr connection,
                               xmlDoc *document,
                               FirnDomainNeedFunc tell,
                               gpointer user_data)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    Needs self = {connection, NULL, tell, user_data};

    for (guint i = 0; i < G_N_ELEMENTS(needs); i++) {
        self.need = &needs[i];
        firn_xml_read_each(context,
                           xmlDocGetRootElement(document),
                           needs[i].elements,
                           check_need,
                           &self);
    }
}

gboolean
firn_domain_needs_is_medium_missing(const FirnDomainDisk *disk)
{
    return disk->is_removable && disk->path != NULL && !disk->is_optional && disk->path[0] == '/' &&
           !g_file_test(disk->path, G_FILE_TEST_EXISTS);
}
