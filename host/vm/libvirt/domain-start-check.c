/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-start-check.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "backing-chain.h"
#include "domain-needs.h"
#include "printable.h"
#include "same-file.h"
#include "xml-read.h"

#define ANSWER_MAX 400
#define PUT_IT     "put it back"

typedef struct {
    virConnectPtr connection; /* (unowned) */
    const FirnDomainXml *xml; /* (unowned) */
    char *name;               /* (owned) quoted for a shell */
    gboolean is_own;          /* virsh edit can correct it */
    GPtrArray *blockers;      /* (unowned) */
} Check;

static char *
advise(Check *self, const FirnDomainNeed *need)
{
    if (need->is_stopped) {
        g_autofree char *word = g_shell_quote(need->value);

        return g_strdup_printf("start it: %s %s", need->remedy, word);
    }
    if (!self->is_own)
        return g_strdup(need->remedy == NULL ? PUT_IT : need->remedy);
    return g_strdup_printf("%s%scorrect the definition: virsh edit %s",
                           need->remedy == NULL ? "" : need->remedy,
                           need->remedy == NULL ? "" : ", or ",
                           self->name);
}

static void
tell_missing(const FirnDomainNeed *need, gpointer data)
{
    Check *self = data;
    g_autofree char *remedy = advise(self, need);
    g_autofree char *value = firn_printable_clip(need->value, ANSWER_MAX);

    firn_blockers_add(self->blockers,
                      FIRN_BLOCKER_DEPENDENCY_MISSING,
                      need->what,
                      remedy,
                      "%s %s, and the VM would not start without it",
                      value,
                      need->is_stopped ? "is not active" : "does not exist");
}

static void
check_needs(Check *self, const char *text)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);

    if (document != NULL)
        firn_domain_needs_each_missing(self->connection, document, tell_missing, self);
}

/* Without its medium a drive is intact: the remedy is to eject it. */
static void
check_medium(Check *self, const FirnDomainDisk *disk)
{
    g_autofree char *subject = g_strdup_printf("drive %s", disk->target);
    g_autofree char *remedy = NULL;
    g_autofree char *path = NULL;

    if (!firn_domain_needs_is_medium_missing(disk))
        return;
    remedy = self->is_own ? g_strdup_printf("eject it: virsh change-media %s %s --eject --config",
                                            self->name,
                                            disk->target)
                          : g_strdup(PUT_IT);
    path = firn_printable_clip(disk->path, ANSWER_MAX);
    firn_blockers_add(self->blockers,
                      FIRN_BLOCKER_DEPENDENCY_MISSING,
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
    remedy = self->is_own
                 ? g_strdup_printf(PUT_IT ", or detach the disk: virsh detach-disk %s %s --config",
                                   self->name,
                                   disk->target)
                 : g_strdup(PUT_IT);
    if (disk->path[0] == '/' && !g_file_test(disk->path, G_FILE_TEST_EXISTS))
        firn_blockers_add(self->blockers,
                          FIRN_BLOCKER_DEPENDENCY_MISSING,
                          subject,
                          remedy,
                          "its image %s does not exist, and the VM would not start without it",
                          path);
    else if (g_strcmp0(disk->format, "qcow2") == 0 && !can_be_read(disk, &error))
        firn_blockers_add_error(self->blockers,
                                FIRN_BLOCKER_DEPENDENCY_MISSING,
                                subject,
                                remedy,
                                error);
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
        remedy = self->is_own ? g_strdup_printf("correct the definition: virsh edit %s", self->name)
                              : g_strdup("keep the current configuration");
        firn_blockers_add(self->blockers,
                          "StartBlocked",
                          "definition",
                          remedy,
                          "libvirt would not start the domain: %s",
                          words);
    }
    free(line);
}

static FirnDomainXml *
parse(const char *text, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    FirnDomainXml *xml = firn_domain_xml_parse(text, &error);

    if (xml == NULL)
        firn_blockers_add_error(blockers,
                                "DefinitionUnknown",
                                "definition",
                                "inspect it with: virsh dumpxml VM",
                                error);
    return xml;
}

void
firn_domain_start_check(virConnectPtr connection,
                        const char *text,
                        gboolean is_own,
                        GPtrArray *disks,
                        GPtrArray *blockers)
{
    g_autoptr(FirnDomainXml) xml = parse(text, blockers);
    g_autofree char *name = xml == NULL ? NULL : g_shell_quote(xml->name);
    g_autoptr(GPtrArray) found = firn_blockers_new();
    Check self = {connection, xml, name, is_own, found};

    if (xml == NULL)
        return;
    check_disks(&self);
    check_wanted(&self, disks);
    check_needs(&self, text);
    if (found->len == 0)
        ask_libvirt(&self, text);
    firn_blockers_add_all(blockers, found);
}

void
firn_domain_start_check_needs(virConnectPtr connection, const char *text, GPtrArray *blockers)
{
    g_autoptr(FirnDomainXml) xml = parse(text, blockers);
    g_autofree char *name = xml == NULL ? NULL : g_shell_quote(xml->name);
    Check self = {connection, xml, name, TRUE, blockers};

    if (xml == NULL)
        return;
    check_disks(&self);
    check_needs(&self, text);
}
