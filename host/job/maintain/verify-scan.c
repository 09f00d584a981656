/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verify-scan.h"

#include "block-device.h"
#include "disk-presence.h"
#include "memory-file-check.h"
#include "nvram-copy.h"
#include "overlay.h"
#include "save-image.h"
#include "snapshot-name.h"
#include "snapshot-registry.h"

typedef struct {
    FirnVm *vm;                 /* (unowned) */
    GPtrArray *disks;           /* (owned) (nullable) (element-type FirnDisk) with their tables */
    GError *trouble;            /* (owned) (nullable) why they could not be read */
    FirnDiskPresenceLook *look; /* (owned) */
    GPtrArray *intents;         /* (owned) (element-type FirnIntent) */
    GPtrArray *findings;        /* (owned) (element-type FirnFinding) */
    GHashTable *tags;           /* (owned) (element-type utf8) tags that belong to firn */
    GStrv registered;  /* (owned) (nullable) tags that the source lists, if that is known */
    GPtrArray *others; /* (owned) (nullable) (element-type FirnListedSnapshot) not firn's */
} Examination;

/* The state of one snapshot on its disks. */
typedef struct {
    guint whole, lacking, odd, unread;
    GString *text;           /* (owned) */
    const FirnDisk *overlay; /* (unowned) (nullable) the overlay above an image that has it */
} Tally;

void
firn_finding_add(GPtrArray *findings,
                 FirnFindingState state,
                 const char *uuid,
                 const char *subject,
                 char *disks,
                 char *remedy)
{
    FirnFinding *self = g_new0(FirnFinding, 1);

    self->state = state;
    self->uuid = g_strdup(uuid);
    self->subject = g_strdup(subject);
    self->disks = disks;
    self->remedy = remedy;
    g_ptr_array_add(findings, self);
}

static void
free_finding(gpointer data)
{
    FirnFinding *self = data;

    g_free(self->uuid);
    g_free(self->subject);
    g_free(self->disks);
    g_free(self->remedy);
    g_free(self);
}

static void
tally_overlay(Examination *self, Tally *tally, const FirnSnapshotDisk *disk)
{
    const FirnDisk *overlay = NULL;

    if (self->disks == NULL || !firn_overlay_find(self->disks, disk->path, &overlay, NULL) ||
        overlay == NULL)
        return;
    if (tally->overlay == NULL)
        tally->overlay = overlay;
    g_string_append_printf(tally->text, ", below the overlay %s", overlay->path);
}

static void
tally_disk(Examination *self,
           Tally *tally,
           const FirnSnapshot *snapshot,
           const FirnSnapshotDisk *disk)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;

    if (tally->text->len > 0)
        g_string_append(tally->text, ", ");
    g_string_append(tally->text, disk->target);
    if (!firn_disk_presence_look_count(self->look, snapshot, disk, &n, &error)) {
        tally->unread++;
        g_string_append_printf(tally->text, ": %s", error->message);
    } else if (n == 0) {
        tally->lacking++;
        g_string_append(tally->text, " does not have it");
    } else if (n > 1) {
        tally->odd++;
        g_string_append_printf(tally->text, " has it %u times", n);
    } else {
        tally->whole++;
        g_string_append(tally->text, " has it");
        tally_overlay(self, tally, disk);
    }
}

static FirnFindingState
judge(const Tally *tally)
{
    switch (firn_disk_presence_judge(tally->whole, tally->lacking, tally->odd, tally->unread)) {
    case FIRN_DISK_PRESENCE_WHOLE:
        return tally->overlay == NULL ? FIRN_FINDING_OK : FIRN_FINDING_COVERED;
    case FIRN_DISK_PRESENCE_MISSING:
        return FIRN_FINDING_MISSING;
    case FIRN_DISK_PRESENCE_DEGRADED:
        return FIRN_FINDING_DEGRADED;
    default:
        return FIRN_FINDING_UNREACHABLE;
    }
}

static char *
advise(Examination *self, FirnFindingState state, const Tally *tally, const char *name)
{
    const char *vm = firn_vm_get_name(self->vm);

    switch (state) {
    case FIRN_FINDING_MISSING:
        return g_strdup_printf("remove its record with: firn verify %s --repair", vm);
    case FIRN_FINDING_DEGRADED:
        return g_strdup_printf(
            "the snapshot is incomplete; delete the rest with: firn delete %s %s",
            vm,
            name);
    case FIRN_FINDING_COVERED:
        return firn_overlay_advise(self->vm, tally->overlay);
    case FIRN_FINDING_UNREGISTERED:
        return g_strdup_printf("register it with: firn verify %s --repair", vm);
    case FIRN_FINDING_UNREACHABLE:
        return g_strdup_printf("fix this, then run: firn verify %s", vm);
    default:
        return g_strdup("");
    }
}

/* Its disks are complete and can be restored without RAM or UEFI variables. */
static void
add_disks_alone(Examination *self,
                const FirnSnapshot *snapshot,
                const char *disks,
                const char *option,
                const GError *error)
{
    firn_finding_add(self->findings,
                     FIRN_FINDING_DEGRADED,
                     snapshot->uuid,
                     snapshot->name,
                     g_strdup_printf("%s; %s", disks, error->message),
                     g_strdup_printf("restore its disks alone with: firn restore %s %s %s",
                                     firn_vm_get_name(self->vm),
                                     snapshot->name,
                                     option));
}

static gboolean
check_nvram_copy(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    FirnStateDir *directory = firn_vm_get_nvram(vm);
    g_autoptr(GBytes) bytes = NULL;

    if (snapshot->nvram == NULL || directory == NULL)
        return TRUE;
    bytes = firn_nvram_copy_load(directory,
                                 firn_vm_get_uuid(vm),
                                 snapshot->uuid,
                                 snapshot->nvram,
                                 error);
    return bytes != NULL;
}

static void
examine_record(Examination *self, const FirnSnapshot *snapshot)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Tally tally = {.text = text};
    FirnFindingState state;

    for (guint i = 0; i < snapshot->disks->len; i++)
        tally_disk(self, &tally, snapshot, snapshot->disks->pdata[i]);
    state = judge(&tally);
    if (state == FIRN_FINDING_OK && !firn_memory_file_check_one(self->vm, snapshot, &error)) {
        add_disks_alone(self, snapshot, text->str, "--off", error);
        return;
    }
    if (state == FIRN_FINDING_OK && !check_nvram_copy(self->vm, snapshot, &error)) {
        add_disks_alone(self, snapshot, text->str, "--force", error);
        return;
    }
    if (state == FIRN_FINDING_OK && snapshot->is_to_register && self->registered != NULL &&
        !g_strv_contains((const char *const *)self->registered, snapshot->tag))
        state = FIRN_FINDING_UNREGISTERED;
    firn_finding_add(self->findings,
                     state,
                     snapshot->uuid,
                     snapshot->name,
                     g_strdup(text->str),
                     advise(self, state, &tally, snapshot->name));
}

static const FirnIntent *
find_intent(Examination *self, const char *uuid)
{
    for (guint i = 0; i < self->intents->len; i++) {
        const FirnIntent *intent = self->intents->pdata[i];

        if (g_str_equal(intent->snapshot->uuid, uuid))
            return intent;
    }
    return NULL;
}

/* The undo point is a hidden snapshot of firn's own. */
static void
note_undo(Examination *self, FirnCatalogue *catalogue)
{
    g_autoptr(FirnUndoPoint) undo = firn_catalogue_dup_undo(catalogue);

    if (undo != NULL)
        g_hash_table_add(self->tags, g_strdup(undo->snapshot->tag));
}

static void
examine_catalogue(Examination *self)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(self->vm);
    g_autoptr(GPtrArray) records = firn_catalogue_list(catalogue);
    const char *damage = firn_catalogue_get_damage(catalogue);

    for (guint i = 0; i < records->len; i++) {
        const FirnSnapshot *snapshot = records->pdata[i];

        g_hash_table_add(self->tags, g_strdup(snapshot->tag));
        /* An interrupted job's snapshot is reported once, with the job. */
        if (find_intent(self, snapshot->uuid) == NULL)
            examine_record(self, snapshot);
    }
    note_undo(self, catalogue);
    if (damage != NULL)
        firn_finding_add(self->findings,
                         FIRN_FINDING_UNREADABLE,
                         NULL,
                         "catalogue",
                         g_strdup(damage),
                         firn_vm_advise_damage(self->vm));
}

static void
examine_journal(Examination *self)
{
    FirnJournal *journal = firn_vm_get_journal(self->vm);
    g_autoptr(GPtrArray) unreadable = NULL;

    for (guint i = 0; i < self->intents->len; i++) {
        const FirnIntent *intent = self->intents->pdata[i];

        g_hash_table_add(self->tags, g_strdup(intent->snapshot->tag));
        firn_finding_add(self->findings,
                         FIRN_FINDING_INTERRUPTED,
                         intent->snapshot->uuid,
                         firn_intent_get_subject(intent),
                         g_strdup_printf("%s: %s",
                                         firn_intent_get_state(intent),
                                         intent->why == NULL ? "not tried yet" : intent->why),
                         g_strdup_printf("fix this, then run: firn verify %s --repair",
                                         firn_vm_get_name(self->vm)));
    }
    if (journal == NULL)
        return;
    unreadable = firn_journal_list_unreadable(journal);
    for (guint i = 0; i < unreadable->len; i++)
        firn_finding_add(self->findings,
                         FIRN_FINDING_UNREADABLE,
                         NULL,
                         unreadable->pdata[i],
                         g_strdup("belongs to a job on this VM or on another one"),
                         g_strdup("run firn verify on every VM, adopt or delete foreign snapshots, "
                                  "then remove the file"));
}

static void
note_foreign(Examination *self, GHashTable *foreign, const FirnDisk *disk)
{
    for (guint i = 0; i < disk->snapshots->len; i++) {
        const FirnImageSnapshot *entry = disk->snapshots->pdata[i];
        const char *before;

        if (g_hash_table_contains(self->tags, entry->tag))
            continue;
        before = g_hash_table_lookup(foreign, entry->tag);
        g_hash_table_replace(foreign,
                             g_strdup(entry->tag),
                             before == NULL ? g_strdup(disk->target)
                                            : g_strdup_printf("%s, %s", before, disk->target));
    }
}

/* Describes a snapshot that the source lists and that no image has. */
static char *
describe_other(Examination *self, const FirnListedSnapshot *other, char **out_remedy)
{
    const FirnDisk *overlay = firn_listed_snapshot_find_overlay(other, self->disks);

    if (other->is_external) {
        *out_remedy = g_strdup("");
        return g_strdup("external");
    }
    if (overlay != NULL) {
        *out_remedy = firn_overlay_advise(self->vm, overlay);
        return g_strdup_printf("possibly below the overlay on %s", overlay->target);
    }
    *out_remedy = g_strdup_printf(
        "remove it from libvirt's list with: virsh snapshot-delete %s %s --metadata",
        firn_vm_get_name(self->vm),
        other->name);
    return g_strdup("listed, but on no disk");
}

static void
examine_other(Examination *self, GHashTable *foreign, const FirnListedSnapshot *other)
{
    char *remedy = NULL;
    char *description;

    if (g_hash_table_contains(self->tags, other->name) ||
        g_hash_table_contains(foreign, other->name))
        return;
    description = describe_other(self, other, &remedy);
    firn_finding_add(self->findings, FIRN_FINDING_FOREIGN, NULL, other->name, description, remedy);
}

static void
examine_foreign(Examination *self)
{
    g_autoptr(GHashTable) foreign = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GList) tags = NULL;

    /* Without a readable catalogue it is unknown which snapshots are foreign. */
    if (self->disks == NULL || firn_catalogue_get_damage(firn_vm_get_catalogue(self->vm)) != NULL)
        return;
    for (guint i = 0; i < self->disks->len; i++)
        note_foreign(self, foreign, self->disks->pdata[i]);
    tags = g_list_sort(g_hash_table_get_keys(foreign), (GCompareFunc)g_strcmp0);
    for (GList *tag = tags; tag != NULL; tag = tag->next)
        firn_finding_add(
            self->findings,
            FIRN_FINDING_FOREIGN,
            NULL,
            tag->data,
            g_strdup(g_hash_table_lookup(foreign, tag->data)),
            g_strdup_printf("import it with: firn adopt %s", firn_vm_get_name(self->vm)));
    for (guint i = 0; self->others != NULL && i < self->others->len; i++)
        examine_other(self, foreign, self->others->pdata[i]);
}

static gboolean
has_suffix(const GPtrArray *snapshots, const char *suffix)
{
    for (guint i = 0; i < snapshots->len; i++) {
        const FirnImageSnapshot *entry = snapshots->pdata[i];

        if (g_str_has_suffix(entry->tag, suffix))
            return TRUE;
    }
    return FALSE;
}

/* The tag contains the beginning of the UUID: while a disk has the tag, the RAM may be needed. */
static gboolean
is_wanted(Examination *self, const char *uuid)
{
    g_autofree char *suffix = firn_snapshot_name_to_tag("", uuid);
    GHashTableIter iter;
    gpointer tag;

    g_hash_table_iter_init(&iter, self->tags);
    while (g_hash_table_iter_next(&iter, &tag, NULL))
        if (g_str_has_suffix(tag, suffix))
            return TRUE;
    for (guint i = 0; i < self->disks->len; i++)
        if (has_suffix(((FirnDisk *)self->disks->pdata[i])->snapshots, suffix))
            return TRUE;
    return FALSE;
}

static void
examine_files(Examination *self,
              GPtrArray *uuids,
              char *(*name_of)(FirnVm *vm, const char *uuid),
              const char *what)
{
    for (guint i = 0; i < uuids->len; i++) {
        g_autofree char *name = name_of(self->vm, uuids->pdata[i]);

        if (!is_wanted(self, uuids->pdata[i]))
            firn_finding_add(self->findings,
                             FIRN_FINDING_ORPHANED,
                             uuids->pdata[i],
                             name,
                             g_strdup_printf("%s of a snapshot that no disk has", what),
                             g_strdup_printf("rename it with: firn verify %s --repair",
                                             firn_vm_get_name(self->vm)));
    }
}

static char *
name_save_image(FirnVm *vm, const char *uuid)
{
    return firn_save_image_file_name(uuid);
}

static char *
name_nvram(FirnVm *vm, const char *uuid)
{
    return firn_nvram_copy_file_name(firn_vm_get_uuid(vm), uuid);
}

static void
examine_beside_disks(Examination *self)
{
    FirnStateDir *nvram = firn_vm_get_nvram(self->vm);
    g_autoptr(GPtrArray) images = NULL;
    g_autoptr(GPtrArray) copies = NULL;

    if (self->disks == NULL || firn_catalogue_get_damage(firn_vm_get_catalogue(self->vm)) != NULL)
        return;
    images = firn_memory_file_check_list(self->vm);
    examine_files(self, images, name_save_image, "RAM");
    if (nvram == NULL)
        return;
    copies = firn_nvram_copy_list(nvram, firn_vm_get_uuid(self->vm));
    examine_files(self, copies, name_nvram, "UEFI variables");
}

GPtrArray *
firn_verify_scan_run(FirnVm *vm)
{
    FirnJournal *journal = firn_vm_get_journal(vm);
    Examination self = {.vm = vm};

    self.findings = g_ptr_array_new_with_free_func(free_finding);
    self.tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.intents = journal == NULL
                       ? g_ptr_array_new_with_free_func((GDestroyNotify)firn_intent_free)
                       : firn_journal_list(journal, firn_vm_get_uuid(vm));
    if (firn_vm_look(vm, NULL, &self.trouble))
        self.disks = firn_vm_list_disks(vm, NULL, &self.trouble);
    self.look = firn_disk_presence_look_new(self.disks, self.trouble, firn_vm_is_off(vm));
    self.registered = firn_snapshot_registry_list(vm, NULL);
    self.others = firn_snapshot_registry_list_others(vm, NULL);
    examine_catalogue(&self);
    examine_journal(&self);
    examine_foreign(&self);
    examine_beside_disks(&self);
    g_clear_pointer(&self.disks, g_ptr_array_unref);
    g_clear_error(&self.trouble);
    firn_disk_presence_look_free(self.look);
    g_strfreev(self.registered);
    g_clear_pointer(&self.others, g_ptr_array_unref);
    g_ptr_array_unref(self.intents);
    g_hash_table_unref(self.tags);
    return self.findings;
}
