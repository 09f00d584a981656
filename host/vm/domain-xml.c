/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-xml.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "host-error.h"

#define AGENT_PORT "org.qemu.guest_agent.0"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

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
    g_free(self->loader);
    g_free(self->nvram);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_clear_pointer(&self->devices, g_ptr_array_unref);
    g_free(self);
}

/* The text of what @path finds below @node, NULL if it finds nothing or an empty text. */
static char *
dup_text(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *call = g_strdup_printf("string(%s)", path);
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEval(BAD_CAST call, context);
    if (found == NULL || found->type != XPATH_STRING || found->stringval[0] == '\0')
        return NULL;
    return g_strdup((const char *)found->stringval);
}

static gboolean
is_there(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *call = g_strdup_printf("boolean(%s)", path);
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEval(BAD_CAST call, context);
    return found != NULL && found->type == XPATH_BOOLEAN && found->boolval;
}

/* 0 if there is none, or no number. libvirt writes sizes in KiB, whatever they were given in. */
static guint64
read_number(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *text = dup_text(context, node, path);

    return text == NULL ? 0 : g_ascii_strtoull(text, NULL, 10);
}

typedef void (*ReadNode)(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node);

static void
each_node(FirnDomainXml *self, xmlXPathContext *context, const char *path, ReadNode read)
{
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = xmlDocGetRootElement(context->doc);
    found = xmlXPathEval(BAD_CAST path, context);
    for (int i = 0; found != NULL && found->nodesetval != NULL && i < found->nodesetval->nodeNr;
         i++)
        read(self, context, found->nodesetval->nodeTab[i]);
}

static void
read_disk(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node)
{
    FirnDomainDisk *disk = g_new0(FirnDomainDisk, 1);

    disk->target = dup_text(context, node, "target/@dev");
    disk->alias = dup_text(context, node, "alias/@name");
    disk->device = dup_text(context, node, "@device");
    disk->bus = dup_text(context, node, "target/@bus");
    disk->format = dup_text(context, node, "driver/@type");
    disk->path = dup_text(context, node, "source/@file | source/@dev");
    disk->pool = dup_text(context, node, "source/@pool");
    disk->volume = dup_text(context, node, "source/@volume");
    disk->network = dup_text(context,
                             node,
                             "normalize-space(concat(source/@protocol, ' ', source/@name, ' ', "
                             "source/host/@name, source/host/@socket))");
    disk->is_readonly = is_there(context, node, "readonly");
    disk->is_shareable = is_there(context, node, "shareable");
    disk->is_transient = is_there(context, node, "transient");
    if (disk->device == NULL)
        disk->device = g_strdup("disk");
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
read_interface(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node)
{
    g_autofree char *mac = dup_text(context, node, "mac/@address");

    add_device(self, "network interface", mac, dup_text(context, node, "model/@type"));
}

static void
read_controller(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node)
{
    g_autofree char *key = dup_text(context, node, "concat(@type, ' ', @index)");

    add_device(self, "controller", key, dup_text(context, node, "@model"));
}

/* What names it on the host. A USB device that is named by its makers gets the place where it is
 * plugged in as well once it runs. */
static void
read_host_device(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node)
{
    g_autofree char *type = dup_text(context, node, "@type");
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
    add_device(self, "host device", key->str, dup_text(context, node, "@model"));
}

static void
read_tpm(FirnDomainXml *self, xmlXPathContext *context, xmlNode *node)
{
    self->has_tpm = TRUE;
    add_device(self, "TPM", NULL, dup_text(context, node, "@model"));
}

static void
read_devices(FirnDomainXml *self, xmlXPathContext *context)
{
    each_node(self, context, "devices/disk[target/@dev]", read_disk);
    each_node(self, context, "devices/interface", read_interface);
    each_node(self, context, "devices/hostdev", read_host_device);
    each_node(self, context, "devices/tpm", read_tpm);
    each_node(self,
              context,
              "devices/controller[@type != 'pci' and not(@model = 'none')]",
              read_controller);
}

static void
read_hardware(FirnDomainXml *self, xmlXPathContext *context, xmlNode *root)
{
    gboolean is_efi = is_there(context, root, "os[@firmware = 'efi' or loader/@type = 'pflash']");

    self->is_live = is_there(context, root, "@id");
    self->arch = dup_text(context, root, "os/type/@arch");
    self->machine = dup_text(context, root, "os/type/@machine");
    self->cpu_mode = dup_text(context, root, "cpu/@mode");
    self->cpu_model = dup_text(context, root, "cpu/model");
    self->vcpus = (guint)read_number(context, root, "vcpu");
    self->vcpus_now = (guint)read_number(context, root, "vcpu/@current");
    if (self->vcpus_now == 0)
        self->vcpus_now = self->vcpus;
    self->memory_kib = read_number(context, root, "memory");
    self->firmware = is_efi ? "efi" : "bios";
    self->loader = dup_text(context, root, "os/loader");
    self->nvram = dup_text(context, root, "os/nvram/source/@file");
    if (self->nvram == NULL)
        self->nvram = dup_text(context, root, "os/nvram");
}

static guint
read_mark(xmlXPathContext *context, xmlNode *root)
{
    g_autofree char *count =
        dup_text(context,
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
    self->uuid = dup_text(context, root, "uuid");
    self->name = dup_text(context, root, "name");
    read_hardware(self, context, root);
    read_devices(self, context);
    self->has_agent_channel =
        is_there(context,
                 root,
                 "devices/channel/target[@type='virtio' and @name='" AGENT_PORT "']");
    self->snapshot_mark = read_mark(context, root);
    return self->uuid != NULL && self->name != NULL && g_uuid_string_is_valid(self->uuid);
}

static void
say_nothing(void *data, xmlErrorPtr error)
{
}

FirnDomainXml *
firn_domain_xml_parse(const char *xml, GError **error)
{
    g_autoptr(FirnDomainXml) self = g_new0(FirnDomainXml, 1);
    g_autoptr(xmlDoc) document = NULL;

    self->disks = g_ptr_array_new_with_free_func(free_disk);
    self->devices = g_ptr_array_new_with_free_func(free_device);
    xmlSetStructuredErrorFunc(NULL, say_nothing);
    if (strlen(xml) < G_MAXINT)
        document = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, XML_PARSE_NONET);
    if (document != NULL && read_domain(self, document))
        return g_steal_pointer(&self);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INCONSISTENT,
                "libvirt describes the domain in a way that firn does not understand");
    return NULL;
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
