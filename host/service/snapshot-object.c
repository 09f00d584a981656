/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot-object.h"

#include <string.h>

#include "bus-path.h"
#include "delete-job.h"
#include "disk-look.h"
#include "drift-look.h"
#include "engine-enums.h"
#include "enum-nick.h"
#include "firn-bus.h"
#include "host-error.h"
#include "json-write.h"
#include "methods.h"
#include "public-definition.h"
#include "shared-call.h"
#include "snapshot-facts.h"

struct _FirnSnapshotObject {
    GObject parent_instance;
    const FirnServiceParts *parts;    /* (unowned) */
    FirnVm *vm;                       /* (owned) */
    FirnSnapshot *record;             /* (owned) */
    FirnDBusObjectSkeleton *skeleton; /* (owned) */
    FirnDBusSnapshot *iface;          /* (owned) */
    gboolean is_lost;                 /* it was missing on a disk */
    FirnSharedCall *refresh;          /* (owned) */
    FirnSnapshot *looked_for;         /* (owned) (nullable) the record when the refresh began */
    FirnSharedCall *compare;          /* (owned) */
};

G_DEFINE_FINAL_TYPE(FirnSnapshotObject, firn_snapshot_object, G_TYPE_OBJECT)

static GVariant *delete (gpointer object, const FirnCall *call, GError **error)
{
    static const char *const words[] = {"one", "with-children", "children-only", NULL};
    static const FirnDeleteScope scopes[] = {FIRN_DELETE_ONE,
                                             FIRN_DELETE_WITH_CHILDREN,
                                             FIRN_DELETE_CHILDREN_ONLY};
    FirnSnapshotObject *self = object;
    guint index = 0;

    if (!firn_options_take_word(call->options, "scope", words, &index, error) ||
        !firn_options_finish(call->options, error))
        return NULL;
    return firn_method_job_answer(firn_delete_job_start(self->parts->jobs,
                                                        self->vm,
                                                        self->parts->backend,
                                                        self->record->uuid,
                                                        scopes[index],
                                                        call->uid,
                                                        error));
}

typedef struct {
    FirnCatalogue *catalogue; /* (owned) */
    char *uuid;               /* (owned) */
    char *name;               /* (owned) (nullable) */
    char *comment;            /* (owned) (nullable) */
} Edit;

static void
edit_free(Edit *edit)
{
    g_object_unref(edit->catalogue);
    g_free(edit->uuid);
    g_free(edit->name);
    g_free(edit->comment);
    g_free(edit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Edit, edit_free)

static gboolean
parse_edit(Edit *edit, FirnOptions *options, GError **error)
{
    if (!firn_options_take_string(options, "name", &edit->name, error) ||
        !firn_options_take_string(options, "comment", &edit->comment, error) ||
        !firn_options_finish(options, error))
        return FALSE;
    if (edit->name != NULL || edit->comment != NULL)
        return TRUE;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "nothing to change: name or comment is required");
    return FALSE;
}

static void
edit_in_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    Edit *edit = task_data;
    GError *error = NULL;
    g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(edit->catalogue, &error);

    if (change != NULL &&
        firn_catalogue_transaction_edit(change, edit->uuid, edit->name, edit->comment, &error) &&
        firn_catalogue_commit(edit->catalogue, change, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static GVariant *
update(gpointer object, const FirnCall *call, GError **error)
{
    FirnSnapshotObject *self = object;
    g_autoptr(Edit) edit = g_new0(Edit, 1);
    g_autoptr(GTask) task = NULL;

    edit->catalogue = g_object_ref(firn_vm_get_catalogue(self->vm));
    edit->uuid = g_strdup(self->record->uuid);
    if (!parse_edit(edit, call->options, error))
        return NULL;
    task = g_task_new(NULL, NULL, firn_method_on_done, call->invocation);
    g_task_set_task_data(task, g_steal_pointer(&edit), (GDestroyNotify)edit_free);
    g_task_run_in_thread(task, edit_in_thread);
    return NULL;
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnSnapshotObject *self = user_data;
    g_autoptr(FirnSnapshot) record = g_steal_pointer(&self->looked_for);
    g_autoptr(FirnDiskTables) tables = firn_disk_look_finish(result);

    /* If the record has changed, a job has run meanwhile, and the result is outdated. */
    if (tables != NULL && self->skeleton != NULL && self->record == record)
        firn_snapshot_object_set_available(self, firn_disk_tables_have(tables, record));
    firn_shared_call_end(self->refresh, g_variant_new_tuple(NULL, 0), NULL);
}

static void
look(FirnSharedCall *call, GObject *owner)
{
    FirnSnapshotObject *self = FIRN_SNAPSHOT_OBJECT(owner);

    self->looked_for = firn_snapshot_ref(self->record);
    firn_disk_look_async(self->vm, on_looked, self);
}

static GVariant *
refresh(gpointer object, const FirnCall *call, GError **error)
{
    FirnSnapshotObject *self = object;

    firn_shared_call_join(self->refresh, call->invocation);
    return NULL;
}

static void
on_compared(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnSnapshotObject *self = user_data;
    GError *error = NULL;
    g_autoptr(FirnVmDrift) found = firn_drift_look_finish(result, &error);
    GVariant *answer =
        found == NULL ? NULL : g_variant_new("(b^as)", found->is_compared, found->drift);

    firn_shared_call_end(self->compare, answer, error);
}

static void
begin_compare(FirnSharedCall *call, GObject *owner)
{
    FirnSnapshotObject *self = FIRN_SNAPSHOT_OBJECT(owner);

    firn_drift_look_async(self->vm, self->record, on_compared, self);
}

static GVariant *
compare(gpointer object, const FirnCall *call, GError **error)
{
    FirnSnapshotObject *self = object;

    firn_shared_call_join(self->compare, call->invocation);
    return NULL;
}

static GVariant *
get_definition(gpointer object, const FirnCall *call, GError **error)
{
    const FirnSnapshot *record = ((FirnSnapshotObject *)object)->record;
    gboolean is_live;
    const char *text;
    g_autofree char *xml = NULL;

    g_variant_get(call->parameters, "(b)", &is_live);
    text = record->live_definition != NULL && (is_live || record->definition == NULL)
               ? record->live_definition
               : record->definition;
    xml = text == NULL ? NULL : firn_public_definition(text);
    if (xml != NULL)
        return g_variant_new("(s)", xml);
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_NOT_FOUND,
                        "snapshot %s was recorded without a definition of libvirt",
                        record->name);
    return NULL;
}

static const FirnMethod snapshot_methods[] = {
    {"handle-delete",         FIRN_ACTION_SNAPSHOT_DELETE, delete        },
    {"handle-update",         FIRN_ACTION_SNAPSHOT_CREATE, update        },
    {"handle-refresh",        NULL,                        refresh       },
    {"handle-compare",        NULL,                        compare       },
    {"handle-get-definition", NULL,                        get_definition},
};

static void
describe_question(gpointer object, FirnQuestion *question)
{
    const FirnSnapshotObject *self = object;

    question->vm = self->vm;
    question->snapshot_name = self->record->name;
}

static GVariant *
describe_disks(const FirnSnapshot *record)
{
    GVariantBuilder disks;

    g_variant_builder_init(&disks, G_VARIANT_TYPE("a(ssst)"));
    for (guint i = 0; i < record->disks->len; i++) {
        FirnSnapshotDisk *disk = record->disks->pdata[i];

        g_variant_builder_add(&disks,
                              "(ssst)",
                              disk->target,
                              disk->backend,
                              disk->path,
                              disk->size_bytes);
    }
    return g_variant_builder_end(&disks);
}

static void
add_resource(GVariantBuilder *list, const char *kind, const char *name, guint64 bytes)
{
    g_variant_builder_add(list, "(sst)", kind, name, bytes);
}

static GVariant *
describe_resources(FirnVm *vm, const FirnSnapshot *record)
{
    const char *definition =
        record->definition != NULL ? record->definition : record->live_definition;
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(sst)"));
    if (definition != NULL)
        add_resource(&list, "domain", firn_vm_get_name(vm), strlen(definition));
    if (record->launch != NULL)
        add_resource(&list, "launch", firn_vm_get_name(vm), strlen(record->launch));
    for (guint i = 0; i < record->disks->len; i++) {
        const FirnSnapshotDisk *disk = record->disks->pdata[i];

        add_resource(&list, "disk", disk->target, disk->size_bytes);
    }
    if (record->nvram != NULL)
        add_resource(&list, "nvram", record->nvram->path, record->nvram->size_bytes);
    if (record->memory != NULL || record->has_vm_state)
        add_resource(&list, "ram", "", record->memory == NULL ? 0 : record->memory->size_bytes);
    return g_variant_builder_end(&list);
}

static GStrv
copy_excluded(const FirnSnapshot *record)
{
    g_autoptr(GStrvBuilder) targets = g_strv_builder_new();

    for (guint i = 0; i < record->excluded->len; i++)
        g_strv_builder_add(targets, record->excluded->pdata[i]);
    return g_strv_builder_end(targets);
}

static void
show_labels(FirnDBusSnapshot *iface, const FirnSnapshot *record)
{
    g_autofree char *parent = firn_bus_path("snapshot", record->parent);

    firn_dbus_snapshot_set_name(iface, record->name);
    firn_dbus_snapshot_set_comment(iface, record->comment);
    firn_dbus_snapshot_set_parent(iface, parent);
}

static void
show_phase(FirnSnapshotObject *self)
{
    FirnSnapshotPhase phase = self->is_lost ? FIRN_SNAPSHOT_PHASE_UNAVAILABLE : self->record->phase;

    firn_dbus_snapshot_set_phase(self->iface, firn_snapshot_phase_word(phase));
    /* A snapshot that is missing on a disk is not consistent, whatever its evidence says. */
    firn_dbus_snapshot_set_consistent(self->iface,
                                      self->record->verdict != FIRN_VERDICT_CRASH &&
                                          phase == FIRN_SNAPSHOT_PHASE_READY);
}

static GVariant *
describe_memory(const FirnMemoryRecord *memory)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    if (memory != NULL) {
        g_variant_dict_insert(&dict,
                              "kind",
                              "s",
                              firn_enum_to_nick(FIRN_TYPE_MEMORY_KIND, memory->kind));
        g_variant_dict_insert(&dict, "stopped-for", "t", (guint64)memory->stopped_us);
        g_variant_dict_insert(&dict, "took", "t", (guint64)memory->total_us);
        g_variant_dict_insert(&dict, "size", "t", memory->size_bytes);
        g_variant_dict_insert(&dict, "qemu", "s", memory->qemu_version);
    }
    return g_variant_dict_end(&dict);
}

static GVariant *
describe_nvram(const FirnNvramRecord *nvram)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    if (nvram != NULL) {
        g_variant_dict_insert(&dict, "path", "s", nvram->path);
        g_variant_dict_insert(&dict, "size", "t", nvram->size_bytes);
        g_variant_dict_insert(&dict, "sha256", "s", nvram->digest == NULL ? "" : nvram->digest);
    }
    return g_variant_dict_end(&dict);
}

/* What hooks on the host did after the job is added to it. */
static void
show_evidence(FirnDBusSnapshot *iface, const FirnSnapshot *record)
{
    g_autoptr(JsonNode) evidence =
        firn_record_schema_to_json(&firn_evidence_schema, record->evidence);
    g_autofree char *json = firn_json_write(evidence, FALSE);

    firn_dbus_snapshot_set_evidence(iface, json);
}

/* Properties that never change. */
static void
show_facts(FirnDBusSnapshot *iface, FirnVm *vm, const FirnSnapshot *record)
{
    g_autofree char *vm_path = firn_bus_path("vm", firn_vm_get_uuid(vm));
    g_auto(GStrv) indications = firn_snapshot_dup_indications(record);
    g_auto(GStrv) excluded = copy_excluded(record);

    firn_dbus_snapshot_set_uuid(iface, record->uuid);
    firn_dbus_snapshot_set_vm(iface, vm_path);
    firn_dbus_snapshot_set_created(iface, (guint64)record->created_us);
    firn_dbus_snapshot_set_verdict(iface, firn_snapshot_verdict_word(record));
    firn_dbus_snapshot_set_indications(iface, (const char *const *)indications);
    firn_dbus_snapshot_set_frozen_for(iface, firn_snapshot_get_frozen_for_us(record));
    firn_dbus_snapshot_set_memory(iface, describe_memory(record->memory));
    firn_dbus_snapshot_set_nvram(iface, describe_nvram(record->nvram));
    firn_dbus_snapshot_set_tag(iface, record->tag);
    firn_dbus_snapshot_set_disks(iface, describe_disks(record));
    firn_dbus_snapshot_set_resources(iface, describe_resources(vm, record));
    firn_dbus_snapshot_set_excluded_disks(iface, (const char *const *)excluded);
}

void
firn_snapshot_object_set_record(FirnSnapshotObject *self, FirnSnapshot *record)
{
    if (self->record == record)
        return;
    firn_snapshot_unref(self->record);
    self->record = firn_snapshot_ref(record);
    show_labels(self->iface, record);
    show_evidence(self->iface, record);
    show_phase(self);
}

void
firn_snapshot_object_set_available(FirnSnapshotObject *self, gboolean is_available)
{
    /* Called for every snapshot at each GetTree, so the usual case must be cheap. */
    if (self->is_lost == !is_available)
        return;
    self->is_lost = !is_available;
    show_phase(self);
}

static void
firn_snapshot_object_dispose(GObject *object)
{
    FirnSnapshotObject *self = FIRN_SNAPSHOT_OBJECT(object);

    if (self->skeleton != NULL)
        g_dbus_object_manager_server_unexport(
            self->parts->server,
            g_dbus_object_get_object_path(G_DBUS_OBJECT(self->skeleton)));
    g_clear_object(&self->skeleton);
    G_OBJECT_CLASS(firn_snapshot_object_parent_class)->dispose(object);
}

static void
firn_snapshot_object_finalize(GObject *object)
{
    FirnSnapshotObject *self = FIRN_SNAPSHOT_OBJECT(object);

    firn_shared_call_free(self->refresh);
    firn_shared_call_free(self->compare);
    g_clear_object(&self->iface);
    g_clear_object(&self->vm);
    g_clear_pointer(&self->record, firn_snapshot_unref);
    G_OBJECT_CLASS(firn_snapshot_object_parent_class)->finalize(object);
}

static void
firn_snapshot_object_class_init(FirnSnapshotObjectClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_snapshot_object_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_snapshot_object_finalize;
}

static void
firn_snapshot_object_init(FirnSnapshotObject *self)
{
    self->iface = firn_dbus_snapshot_skeleton_new();
    self->refresh = firn_shared_call_new(self, look);
    self->compare = firn_shared_call_new(self, begin_compare);
}

FirnSnapshotObject *
firn_snapshot_object_new(const FirnServiceParts *parts, FirnVm *vm, FirnSnapshot *record)
{
    FirnSnapshotObject *self = g_object_new(FIRN_TYPE_SNAPSHOT_OBJECT, NULL);
    g_autofree char *path = firn_bus_path("snapshot", record->uuid);

    self->parts = parts;
    self->vm = g_object_ref(vm);
    self->record = firn_snapshot_ref(record);
    firn_methods_connect(self->iface,
                         snapshot_methods,
                         G_N_ELEMENTS(snapshot_methods),
                         parts->authority,
                         describe_question,
                         self);
    show_labels(self->iface, record);
    show_phase(self);
    show_facts(self->iface, vm, record);
    show_evidence(self->iface, record);
    self->skeleton = firn_dbus_object_skeleton_new(path);
    firn_dbus_object_skeleton_set_snapshot(self->skeleton, self->iface);
    g_dbus_object_manager_server_export(parts->server, G_DBUS_OBJECT_SKELETON(self->skeleton));
    return self;
}
