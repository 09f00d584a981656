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
    g_free(disk->format);
    g_free(disk->path);
    g_free(disk->pool);
    g_free(disk->volume);
    g_free(disk);
}

void
firn_domain_xml_free(FirnDomainXml *self)
{
    if (self == NULL)
        return;
    g_free(self->uuid);
    g_free(self->name);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_free(self->nvram);
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

static FirnDomainDisk *
read_disk(xmlXPathContext *context, xmlNode *node)
{
    FirnDomainDisk *disk = g_new0(FirnDomainDisk, 1);

    disk->target = dup_text(context, node, "target/@dev");
    disk->alias = dup_text(context, node, "alias/@name");
    disk->device = dup_text(context, node, "@device");
    disk->format = dup_text(context, node, "driver/@type");
    disk->path = dup_text(context, node, "source/@file | source/@dev");
    disk->pool = dup_text(context, node, "source/@pool");
    disk->volume = dup_text(context, node, "source/@volume");
    disk->is_readonly = is_there(context, node, "readonly");
    disk->is_shareable = is_there(context, node, "shareable");
    disk->is_transient = is_there(context, node, "transient");
    if (disk->device == NULL)
        disk->device = g_strdup("disk");
    return disk;
}

static void
read_disks(FirnDomainXml *self, xmlXPathContext *context, xmlNode *root)
{
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = root;
    found = xmlXPathEval(BAD_CAST "devices/disk[target/@dev]", context);
    for (int i = 0; found != NULL && found->nodesetval != NULL && i < found->nodesetval->nodeNr;
         i++)
        g_ptr_array_add(self->disks, read_disk(context, found->nodesetval->nodeTab[i]));
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
    self->nvram = dup_text(context, root, "os/nvram");
    self->has_tpm = is_there(context, root, "devices/tpm");
    self->has_agent_channel =
        is_there(context,
                 root,
                 "devices/channel/target[@type='virtio' and @name='" AGENT_PORT "']");
    self->snapshot_mark = read_mark(context, root);
    read_disks(self, context, root);
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
