/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-start-check.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "backing-chain.h"
#include "domain-xml.h"
#include "printable.h"
#include "same-file.h"
#include "xml-read.h"

#define ANSWER_MAX 400

typedef struct {
    virConnectPtr connection;  /* (unowned) */
    const FirnDomainXml *xml;  /* (unowned) */
    char *name;                /* (owned) quoted for a shell */
    GPtrArray *blockers;       /* (unowned) */
    const struct Facts *facts; /* (unowned) the entry that firn_xml_read_each() reads now */
} Check;

/* An element of the XML that names a thing on the host which must exist. */
typedef struct Facts {
    const char *elements; /* XPath from the domain */
    const char *value;    /* XPath from the element */
    const char *what;     /* the kind of thing, for the message */
    gboolean (*is_there)(Check *self, const char *value);
    const char *remedy; /* NULL: correct the definition */
    /* NULL: it exists if it is there; else @remedy starts it, if it exists */
    gboolean (*exists)(Check *self, const char *value);
} Facts;

static gboolean
is_file(Check *self, const char *value)
{
    return value[0] != '/' || g_file_test(value, G_FILE_TEST_EXISTS);
}

static gboolean
is_program(Check *self, const char *value)
{
    return g_file_test(value, G_FILE_TEST_IS_EXECUTABLE);
}

static gboolean
is_link(Check *self, const char *value)
{
    g_autofree char *path = g_build_filename("/sys/class/net", value, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
is_mediated(Check *self, const char *value)
{
    g_autofree char *path = g_build_filename("/sys/bus/mdev/devices", value, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
is_active_network(Check *self, const char *value)
{
    virNetworkPtr network = virNetworkLookupByName(self->connection, value);
    gboolean is_active = network != NULL && virNetworkIsActive(network) == 1;

    if (network != NULL)
        virNetworkFree(network);
    return is_active;
}

static gboolean
is_network(Check *self, const char *value)
{
    virNetworkPtr network = virNetworkLookupByName(self->connection, value);

    if (network != NULL)
        virNetworkFree(network);
    return network != NULL;
}

static gboolean
is_active_pool(Check *self, const char *value)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(self->connection, value);
    gboolean is_active = pool != NULL && virStoragePoolIsActive(pool) == 1;

    if (pool != NULL)
        virStoragePoolFree(pool);
    return is_active;
}

static gboolean
is_pool(Check *self, const char *value)
{
    virStoragePoolPtr pool = virStoragePoolLookupByName(self->connection, value);

    if (pool != NULL)
        virStoragePoolFree(pool);
    return pool != NULL;
}

static gboolean
is_network_filter(Check *self, const char *value)
{
    virNWFilterPtr filter = virNWFilterLookupByName(self->connection, value);

    if (filter != NULL)
        virNWFilterFree(filter);
    return filter != NULL;
}

static gboolean
is_secret(Check *self, const char *value)
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
is_pci_device(Check *self, const char *value)
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
is_usb_device(Check *self, const char *value)
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
static const Facts facts[] = {
    {"devices/emulator", ".", "program", is_program, NULL},
    {"os/kernel", ".", "kernel", is_file, PUT_IT},
    {"os/initrd", ".", "initrd", is_file, PUT_IT},
    {"os/dtb", ".", "device tree", is_file, PUT_IT},
    {"os/loader", ".", "firmware", is_file, PUT_IT},
    {"os/nvram", "@template", "NVRAM template", is_file, PUT_IT},
    {"os/acpi/table", ".", "ACPI table", is_file, PUT_IT},
    {"devices/disk/source", "@pool", "storage pool", is_active_pool, "virsh pool-start",
     is_pool},
    {"devices/disk//secret", "@uuid", "secret", is_secret, NULL},
    {"devices/interface[@type='network']/source", "@network", "network", is_active_network,
     "virsh net-start", is_network},
    {"devices/interface[@type='bridge']/source", "@bridge", "bridge", is_link, NULL},
    {"devices/interface[@type='direct']/source", "@dev", "network device", is_link, NULL},
    {"devices/interface/filterref", "@filter", "network filter", is_network_filter, NULL},
    {ADDRESS_PCI, PCI_NAME, "PCI device", is_pci_device, NULL},
    {"devices/hostdev" PCI, PCI_NAME, "PCI device", is_pci_device, NULL},
    {ADDRESS_MDEV, "@uuid", "mediated device", is_mediated, NULL},
    {SOURCE_USB, USB_NAME, "USB device", is_usb_device, "plug it in"},
    {SOURCE_HOST, ".", "host device", is_file, NULL},
    {"devices/filesystem/source", "@dir | @file | @socket", "shared folder", is_file, PUT_IT},
    {SOURCE_CHAR, "@path", "character device", is_file, NULL},
    {"devices/rng/backend[@model='random']", ".", "random source", is_file, NULL},
    {"devices/tpm/backend/device", "@path", "TPM", is_file, NULL},
    {"devices/input/source", "@evdev | @dev", "input device", is_file, NULL},
};
/* clang-format on */

/* Only what exists can be started. */
static gboolean
is_stopped(Check *self, const char *value)
{
    return self->facts->exists != NULL && self->facts->exists(self, value);
}

static char *
advise(Check *self, const char *value)
{
    const char *remedy = self->facts->exists == NULL ? self->facts->remedy : "define it again";

    if (is_stopped(self, value)) {
        g_autofree char *word = g_shell_quote(value);

        return g_strdup_printf("start it: %s %s", self->facts->remedy, word);
    }
    return g_strdup_printf("%s%scorrect the definition: virsh edit %s",
                           remedy == NULL ? "" : remedy,
                           remedy == NULL ? "" : ", or ",
                           self->name);
}

static void
check_fact(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    Check *self = data;
    g_autofree char *value = firn_xml_read_text(context, node, self->facts->value);
    g_autofree char *remedy = NULL;
    g_autofree char *printable = NULL;

    if (value == NULL || self->facts->is_there(self, value))
        return;
    remedy = advise(self, value);
    printable = firn_printable_clip(value, ANSWER_MAX);
    firn_blockers_add(self->blockers,
                      "StartBlocked",
                      self->facts->what,
                      remedy,
                      "%s %s, and the VM would not start without it",
                      printable,
                      is_stopped(self, value) ? "is not active" : "does not exist");
}

static void
check_facts(Check *self, const char *text)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);

    if (context == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        self->facts = &facts[i];
        firn_xml_read_each(context,
                           xmlDocGetRootElement(document),
                           facts[i].elements,
                           check_fact,
                           self);
    }
}

/* Without its medium a drive is intact: the remedy is to eject it. */
static void
check_medium(Check *self, const FirnDomainDisk *disk)
{
    g_autofree char *subject = g_strdup_printf("drive %s", disk->target);
    g_autofree char *remedy = NULL;
    g_autofree char *path = NULL;

    if (disk->path == NULL || disk->is_optional || is_file(self, disk->path))
        return;
    remedy = g_strdup_printf("eject it: virsh change-media %s %s --eject --config",
                             self->name,
                             disk->target);
    path = firn_printable_clip(disk->path, ANSWER_MAX);
    firn_blockers_add(self->blockers,
                      "StartBlocked",
                      subject,
                      remedy,
                      "its medium %s does not exist, and the VM would not start without it",
                      path);
}

/* Searches the backing chain for "/", which is no image, so that every backing file is opened. */
static gboolean
can_be_read(const FirnDomainDisk *disk, GError **error)
{
    g_autoptr(FirnDisk) image = firn_disk_new(disk->target, disk->format);
    gboolean unused;

    image->path = g_strdup(disk->path);
    return firn_backing_chain_has(image, "/", &unused, error);
}

static void
check_image(Check *self, const FirnDomainDisk *disk)
{
    g_autofree char *subject = g_strdup_printf("disk %s", disk->target);
    g_autofree char *path = NULL;
    g_autofree char *remedy = NULL;
    g_autoptr(GError) error = NULL;

    if (disk->path == NULL || disk->is_optional)
        return;
    path = firn_printable_clip(disk->path, ANSWER_MAX);
    remedy = g_strdup_printf("put it back, or detach the disk: virsh detach-disk %s %s --config",
                             self->name,
                             disk->target);
    if (!is_file(self, disk->path))
        firn_blockers_add(self->blockers,
                          "StartBlocked",
                          subject,
                          remedy,
                          "its image %s does not exist, and the VM would not start without it",
                          path);
    else if (g_strcmp0(disk->format, "qcow2") == 0 && !can_be_read(disk, &error))
        firn_blockers_add_error(self->blockers, "StartBlocked", subject, remedy, error);
}

static void
check_disks(Check *self)
{
    for (guint i = 0; i < self->xml->disks->len; i++) {
        const FirnDomainDisk *disk = self->xml->disks->pdata[i];

        if (disk->is_removable)
            check_medium(self, disk);
        else
            check_image(self, disk);
    }
}

static gboolean
has_image(const FirnDomainXml *xml, const FirnDisk *wanted)
{
    for (guint i = 0; i < xml->disks->len; i++) {
        const FirnDomainDisk *disk = xml->disks->pdata[i];

        /* Only the pool knows the path of a volume. */
        if (disk->volume != NULL ? g_str_equal(disk->target, wanted->target)
                                 : firn_same_file(disk->path, wanted->path))
            return TRUE;
    }
    return FALSE;
}

/* A device attached only to the running domain is lost when the domain stops. */
static void
check_wanted(Check *self, GPtrArray *disks)
{
    for (guint i = 0; disks != NULL && i < disks->len; i++) {
        const FirnDisk *wanted = disks->pdata[i];
        g_autofree char *message = NULL;
        g_autofree char *remedy = NULL;
        g_autofree char *path = NULL;
        g_autofree char *file = NULL;

        if (has_image(self->xml, wanted))
            continue;
        path = firn_printable_clip(wanted->path == NULL ? "" : wanted->path, ANSWER_MAX);
        message = g_strdup_printf("it is not in the persistent definition of the domain "
                                  "(%s), so the domain would start without it",
                                  path);
        file = g_shell_quote(wanted->path == NULL ? "FILE" : wanted->path);
        remedy = g_strdup_printf(
            "attach it persistently: virsh attach-disk %s %s %s --subdriver %s --config",
            self->name,
            file,
            wanted->target,
            wanted->format);
        firn_blockers_add_disk(self->blockers, "DiskNotDefined", wanted->target, remedy, message);
    }
}

/* Asks libvirt itself, which finds, for example, a machine type or a device that this QEMU does not
 * have any more. */
static void
ask_libvirt(Check *self, const char *text)
{
    g_autofree char *words = NULL;
    g_autofree char *remedy = NULL;
    char *line = virConnectDomainXMLToNative(self->connection, "qemu-argv", text, 0);

    /* libvirt's test driver cannot build command lines. */
    if (line == NULL && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT) {
        words = firn_printable_clip(virGetLastErrorMessage(), ANSWER_MAX);
        remedy = g_strdup_printf("correct the definition: virsh edit %s", self->name);
        firn_blockers_add(self->blockers,
                          "StartBlocked",
                          "definition",
                          remedy,
                          "libvirt would not start the domain: %s",
                          words);
    }
    free(line);
}

void
firn_domain_start_check(virConnectPtr connection,
                        const char *text,
                        GPtrArray *disks,
                        GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(text, &error);
    g_autoptr(GPtrArray) found = firn_blockers_new();
    Check self = {connection, xml, NULL, found, NULL};

    if (xml == NULL) {
        firn_blockers_add_error(blockers,
                                "DefinitionUnknown",
                                "definition",
                                "inspect it with: virsh dumpxml VM",
                                error);
        return;
    }
    self.name = g_shell_quote(xml->name);
    check_disks(&self);
    check_wanted(&self, disks);
    check_facts(&self, text);
    if (found->len == 0)
        ask_libvirt(&self, text);
    g_free(self.name);
    firn_blockers_add_all(blockers, found);
}
