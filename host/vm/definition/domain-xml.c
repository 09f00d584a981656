/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-xml.h"

#include <string.h>

#include "host-error.h"
#include "xml-read.h"

#define AGENT_PORT "org.qemu.guest_agent.0"
#define NIC        "network interface"

static void
free_disk(gpointer data)
{
    FirnDomainDisk *disk = data;

    g_free(disk->target);
    g_free(disk->alias);
    g_free(disk->device);
    g_free(disk->bus);
    g_free(disk->format);
    g_free(disk->path);
    g_free(disk->pool);
    g_free(disk->volume);
    g_free(disk->network);
    g_free(disk);
}

static void
free_device(gpointer data)
{
    FirnDomainDevice *device = data;

    g_free(device->name);
    g_free(device->model);
    g_free(device);
}

void
firn_domain_xml_free(FirnDomainXml *self)
{
    if (self == NULL)
        return;
    g_free(self->uuid);
    g_free(self->name);
    g_free(self->arch);
    g_free(self->machine);
    g_free(self->cpu_mode);
    g_free(self->cpu_model);
    g_free(self->emulator);
    g_free(self->loader);
    g_free(self->nvram);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->devices, g_ptr_array_unref);
    g_free(self);
}

static guint64
read_number(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *text = firn_xml_read_text(context, node, path);

    return text == NULL ? 0 : g_ascii_strtoull(text, NULL, 10);
}

static void
read_disk(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    FirnDomainXml *self = data;
    FirnDomainDisk *disk = g_new0(FirnDomainDisk, 1);

    disk->target = firn_xml_read_text(context, node, "target/@dev");
    disk->alias = firn_xml_read_text(context, node, "alias/@name");
    disk->device = firn_xml_read_text(context, node, "@device");
    disk->bus = firn_xml_read_text(context, node, "target/@bus");
    disk->format = firn_xml_read_text(context, node, "driver/@type");
    disk->path = firn_xml_read_text(context, node, "source/@file | source/@dev");
    disk->pool = firn_xml_read_text(context, node, "source/@pool");
    disk->volume = firn_xml_read_text(context, node, "source/@volume");
    disk->network =
        firn_xml_read_text(context,
                           node,
                           "normalize-space(concat(source/@protocol, ' ', source/@name, ' ', "
                           "source/host/@name, source/host/@socket))");
    disk->is_readonly = firn_xml_read_exists(context, node, "readonly");
    disk->is_shareable = firn_xml_read_exists(context, node, "shareable");
    disk->is_transient = firn_xml_read_exists(context, node, "transient");
    disk->is_left_out = firn_xml_read_exists(context, node, "self::*[@snapshot='no']");
    disk->is_optional = firn_xml_read_exists(context, node, "source[@startupPolicy='optional']");
    if (disk->device == NULL)
        disk->device = g_strdup("disk");
    disk->is_removable = g_str_equal(disk->device, "cdrom") || g_str_equal(disk->device, "floppy");
    g_ptr_array_add(self->disks, disk);
}

static void
add_device(FirnDomainXml *self, const char *kind, const char *key, char *model)
{
    FirnDomainDevice *device = g_new0(FirnDomainDevice, 1);

    device->name = key == NULL ? g_strdup(kind) : g_strconcat(kind, " ", key, NULL);
    device->model = model;
    g_ptr_array_add(self->devices, device);
}

static void
read_interface(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    FirnDomainXml *self = data;
    g_autofree char *mac = firn_xml_read_text(context, node, "mac/@address");

    add_device(self, NIC, mac, firn_xml_read_text(context, node, "model/@type"));
}

static void
read_controller(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    FirnDomainXml *self = data;
    g_autofree char *key = firn_xml_read_text(context, node, "concat(@type, ' ', @index)");

    add_device(self, "controller", key, firn_xml_read_text(context, node, "@model"));
}

/* What identifies the device on the host. A USB device given by vendor and product also gets a bus
 * address once it runs; that address is ignored. */
static void
read_host_device(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    FirnDomainXml *self = data;
    g_autofree char *type = firn_xml_read_text(context, node, "@type");
    g_autoptr(xmlXPathObject) found = NULL;
    g_autoptr(GString) key = g_string_new(type);

    context->node = node;
    found = xmlXPathEval(BAD_CAST "source/@wwpn | source/@name | "
                                  "source/*[not(self::address and ../vendor)]/@*",
                         context);
    for (int i = 0; found != NULL && found->nodesetval != NULL && i < found->nodesetval->nodeNr;
         i++) {
        xmlChar *value = xmlNodeGetContent(found->nodesetval->nodeTab[i]);

        g_string_append_printf(key, "%s%s", i == 0 ? " " : ":", (const char *)value);
        xmlFree(value);
    }
    add_device(self, "host device", key->str, firn_xml_read_text(context, node, "@model"));
}

static void
read_tpm(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    FirnDomainXml *self = data;
    self->has_tpm = TRUE;
    add_device(self, "TPM", NULL, firn_xml_read_text(context, node, "@model"));
}

static void
read_devices(FirnDomainXml *self, xmlXPathContext *context, xmlNode *root)
{
    firn_xml_read_each(context, root, "devices/disk[target/@dev != '']", read_disk, self);
    firn_xml_read_each(context, root, "devices/interface", read_interface, self);
    firn_xml_read_each(context, root, "devices/hostdev", read_host_device, self);
    firn_xml_read_each(context, root, "devices/tpm", read_tpm, self);
    firn_xml_read_each(context,
                       root,
                       "devices/controller[@type != 'pci' and not(@model = 'none')]",
                       read_controller,
                       self);
}

static void
read_hardware(FirnDomainXml *self, xmlXPathContext *context, xmlNode *root)
{
    gboolean is_efi =
        firn_xml_read_exists(context, root, "os[@firmware = 'efi' or loader/@type = 'pflash']");

    self->is_live = firn_xml_read_exists(context, root, "@id");
    self->arch = firn_xml_read_text(context, root, "os/type/@arch");
    self->machine = firn_xml_read_text(context, root, "os/type/@machine");
    self->cpu_mode = firn_xml_read_text(context, root, "cpu/@mode");
    self->cpu_model = firn_xml_read_text(context, root, "cpu/model");
    self->emulator = firn_xml_read_text(context, root, "devices/emulator");
    self->vcpus = (guint)read_number(context, root, "vcpu");
    self->vcpus_now = (guint)read_number(context, root, "vcpu/@current");
    if (self->vcpus_now == 0)
        self->vcpus_now = self->vcpus;
    self->memory_kib = read_number(context, root, "memory");
    self->firmware = is_efi ? "efi" : "bios";
    self->loader = firn_xml_read_text(context, root, "os/loader");
    self->nvram = firn_xml_read_text(context, root, "os/nvram/source/@file");
    if (self->nvram == NULL)
        self->nvram = firn_xml_read_text(context, root, "os/nvram");
    self->has_varstore = firn_xml_read_exists(context, root, "os/varstore");
}

static guint
read_mark(xmlXPathContext *context, xmlNode *root)
{
    g_autofree char *count = firn_xml_read_text(
        context,
        root,
        "metadata/*[local-name()='snapshots' and namespace-uri()='" FIRN_DOMAIN_MARK_URI
        "']/@count");
    guint64 number = 0;

    if (count == NULL || !g_ascii_string_to_unsigned(count, 10, 0, G_MAXUINT, &number, NULL))
        return 0;
    return (guint)number;
}

static gboolean
read_domain(FirnDomainXml *self, xmlDoc *document)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    xmlNode *root = xmlDocGetRootElement(document);

    if (context == NULL || root == NULL || !xmlStrEqual(root->name, BAD_CAST "domain"))
        return FALSE;
    self->uuid = firn_xml_read_text(context, root, "uuid");
    self->name = firn_xml_read_text(context, root, "name");
    read_hardware(self, context, root);
    read_devices(self, context, root);
    self->has_agent_channel =
        firn_xml_read_exists(context,
                             root,
                             "devices/channel/target[@type='virtio' and @name='" AGENT_PORT "']");
    self->snapshot_mark = read_mark(context, root);
    return self->uuid != NULL && self->name != NULL && g_uuid_string_is_valid(self->uuid);
}

char *
firn_domain_xml_dup_uuid(const char *xml)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(xml);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);

    if (context == NULL)
        return NULL;
    return firn_xml_read_text(context, xmlDocGetRootElement(document), "/domain/uuid");
}

FirnDomainXml *
firn_domain_xml_parse(const char *xml, GError **error)
{
    g_autoptr(FirnDomainXml) self = g_new0(FirnDomainXml, 1);
    g_autoptr(xmlDoc) document = firn_xml_read_document(xml);

    self->disks = g_ptr_array_new_with_free_func(free_disk);
    self->devices = g_ptr_array_new_with_free_func(free_device);
    if (document != NULL && read_domain(self, document))
        return g_steal_pointer(&self);
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_INCONSISTENT,
                        "cannot parse libvirt's description of the domain");
    return NULL;
}

gboolean
firn_domain_xml_has_device(const FirnDomainXml *self, const char *name)
{
    for (guint i = 0; i < self->devices->len; i++) {
        const FirnDomainDevice *device = self->devices->pdata[i];

        if (g_ascii_strcasecmp(device->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

const char *
firn_domain_device_get_mac(const FirnDomainDevice *self)
{
    return g_str_has_prefix(self->name, NIC " ") ? self->name + strlen(NIC " ") : NULL;
}

const FirnDomainDisk *
firn_domain_xml_find_alias(const FirnDomainXml *self, const char *alias)
{
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnDomainDisk *disk = self->disks->pdata[i];

        if (g_strcmp0(disk->alias, alias) == 0)
            return disk;
    }
    return NULL;
}
