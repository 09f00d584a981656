/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "listed-snapshot.h"

#include "host-error.h"
#include "xml-read.h"

static void
free_disk(gpointer data)
{
    FirnListedDisk *disk = data;

    g_free(disk->target);
    g_free(disk->how);
    g_free(disk->overlay);
    g_free(disk);
}

void
firn_listed_snapshot_free(FirnListedSnapshot *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->parent);
    g_free(self->description);
    g_free(self->state);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    g_free(self->definition);
    g_free(self->live_definition);
    g_free(self);
}

static void
read_disk(xmlXPathContext *context, xmlNode *node, gpointer snapshot)
{
    FirnListedSnapshot *self = snapshot;
    FirnListedDisk *disk = g_new0(FirnListedDisk, 1);

    disk->target = firn_xml_read_text(context, node, "@name");
    disk->how = firn_xml_read_text(context, node, "@snapshot");
    disk->overlay = firn_xml_read_text(context, node, "source/@file | source/@dev");
    if (disk->how == NULL)
        disk->how = g_strdup("no");
    self->is_external |= g_str_equal(disk->how, "external") || g_str_equal(disk->how, "manual");
    g_ptr_array_add(self->disks, disk);
}

/* Returns a document of its own whose root is <domain>: libvirt calls the second definition of a
 * snapshot <inactiveDomain>. */
static char *
dup_domain(xmlXPathContext *context, xmlNode *root, const char *name)
{
    g_autoptr(xmlXPathObject) found = NULL;
    g_autoptr(xmlDoc) document = NULL;
    xmlChar *text = NULL;
    xmlNode *copy;
    char *dup;

    context->node = root;
    found = xmlXPathEval(BAD_CAST name, context);
    if (found == NULL || found->nodesetval == NULL || found->nodesetval->nodeNr == 0)
        return NULL;
    document = xmlNewDoc(BAD_CAST "1.0");
    copy = xmlDocCopyNode(found->nodesetval->nodeTab[0], document, 1);
    xmlNodeSetName(copy, BAD_CAST "domain");
    xmlDocSetRootElement(document, copy);
    xmlDocDumpMemoryEnc(document, &text, NULL, "UTF-8");
    dup = g_strdup((const char *)text);
    xmlFree(text);
    return dup;
}

static void
read_definitions(FirnListedSnapshot *self, xmlXPathContext *context, xmlNode *root)
{
    g_autofree char *domain = dup_domain(context, root, "domain");

    self->definition = dup_domain(context, root, "inactiveDomain");
    if (g_str_equal(self->state, "shutoff") && self->definition == NULL)
        self->definition = g_steal_pointer(&domain);
    self->live_definition = g_steal_pointer(&domain);
}

static void
read_memory(FirnListedSnapshot *self, xmlXPathContext *context, xmlNode *root)
{
    g_autofree char *how = firn_xml_read_text(context, root, "memory/@snapshot");

    self->has_memory = how != NULL && !g_str_equal(how, "no");
    self->is_external |= g_strcmp0(how, "external") == 0;
}

static gboolean
read_snapshot(FirnListedSnapshot *self, xmlDoc *document)
{
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);
    xmlNode *root = xmlDocGetRootElement(document);
    g_autofree char *created = NULL;

    if (context == NULL || root == NULL || !xmlStrEqual(root->name, BAD_CAST "domainsnapshot"))
        return FALSE;
    self->name = firn_xml_read_text(context, root, "name");
    self->parent = firn_xml_read_text(context, root, "parent/name");
    self->description = firn_xml_read_text(context, root, "description");
    self->state = firn_xml_read_text(context, root, "state");
    created = firn_xml_read_text(context, root, "creationTime");
    self->created_s = created == NULL ? 0 : g_ascii_strtoll(created, NULL, 10);
    if (self->description == NULL)
        self->description = g_strdup("");
    if (self->state == NULL)
        self->state = g_strdup("unknown");
    read_memory(self, context, root);
    firn_xml_read_each(context, root, "disks/disk[@name != '']", read_disk, self);
    read_definitions(self, context, root);
    return self->name != NULL;
}

FirnListedSnapshot *
firn_listed_snapshot_parse(const char *xml, GError **error)
{
    g_autoptr(FirnListedSnapshot) self = g_new0(FirnListedSnapshot, 1);
    g_autoptr(xmlDoc) document = firn_xml_read_document(xml);

    self->disks = g_ptr_array_new_with_free_func(free_disk);
    if (document != NULL && read_snapshot(self, document))
        return g_steal_pointer(&self);
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_INCONSISTENT,
                        "cannot parse libvirt's description of a snapshot");
    return NULL;
}

static gboolean
is_internal_on(const FirnListedSnapshot *self, const char *target)
{
    /* Old libvirt metadata names no disks: such a snapshot is on all of them. */
    if (self->disks->len == 0)
        return TRUE;
    for (guint i = 0; i < self->disks->len; i++) {
        const FirnListedDisk *disk = self->disks->pdata[i];

        if (g_str_equal(disk->target, target))
            return g_str_equal(disk->how, "internal");
    }
    return FALSE;
}

const FirnDisk *
firn_listed_snapshot_find_overlay(const FirnListedSnapshot *self, GPtrArray *disks)
{
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        if (disk->backing_path != NULL && is_internal_on(self, disk->target))
            return disk;
    }
    return NULL;
}

GPtrArray *
firn_listed_snapshots_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)firn_listed_snapshot_free);
}

FirnListedSnapshot *
firn_listed_snapshots_find(GPtrArray *snapshots, const char *name)
{
    for (guint i = 0; snapshots != NULL && i < snapshots->len; i++) {
        FirnListedSnapshot *one = snapshots->pdata[i];

        if (g_strcmp0(one->name, name) == 0)
            return one;
    }
    return NULL;
}
