/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagnosis.h"

#include "create-plan.h"
#include "long-text.h"
#include "size-text.h"
#include "warnings.h"

typedef struct {
    FirnVm *vm;               /* (owned) */
    FirnAuthority *authority; /* (owned) */
    GVariantBuilder findings;
} Diagnosis;

static void
diagnosis_free(Diagnosis *self)
{
    g_object_unref(self->vm);
    g_object_unref(self->authority);
    g_variant_builder_clear(&self->findings);
    g_free(self);
}

static void
add(Diagnosis *self,
    const char *word,
    const char *severity,
    const char *subject,
    const char *message,
    const char *remedy)
{
    g_autofree char *printable_subject = firn_long_text(subject);
    g_autofree char *printable_message = firn_long_text(message);
    g_autofree char *printable_remedy = firn_long_text(remedy);

    g_variant_builder_add(&self->findings,
                          "(sssss)",
                          word,
                          severity,
                          printable_subject,
                          printable_message,
                          printable_remedy);
}

static void
examine_catalogue(Diagnosis *self)
{
    FirnCatalogue *catalogue = firn_vm_get_catalogue(self->vm);
    const char *damage = firn_catalogue_get_damage(catalogue);
    guint count = firn_catalogue_count(catalogue);
    g_autofree char *message = NULL;
    FirnPolicy policy;

    if (damage != NULL) {
        add(self,
            "CatalogueDamaged",
            "error",
            "catalogue",
            damage,
            "repair the file or move it away, then restart firnd");
        return;
    }
    add(self, "Catalogue", "ok", "catalogue", "can be read", "");
    firn_catalogue_get_policy(catalogue, &policy);
    message = g_strdup_printf("%u of %u snapshots used", count, policy.max_snapshots);
    if (count < policy.max_snapshots)
        add(self, "Limit", "ok", "limit", message, "");
    else
        add(self,
            "LimitReached",
            "warning",
            "limit",
            message,
            "delete a snapshot, or raise max-snapshots with firn policy");
}

static void
examine_authority(Diagnosis *self)
{
    g_autofree char *text = NULL;

    if (firn_authority_describe(self->authority, &text))
        add(self, "Authority", "ok", "access", text, "");
    else
        add(self, "PolkitAbsent", "warning", "access", text, "start polkit.service");
}

static void
examine_frozen(Diagnosis *self)
{
    gint64 since = firn_vm_get_frozen_since(self->vm);
    g_autofree char *message = NULL;

    if (since == 0)
        return;
    message = g_strdup_printf("firn has kept it frozen for %" G_GINT64_FORMAT " s",
                              (g_get_real_time() - since) / G_USEC_PER_SEC);
    add(self, "Frozen", "warning", "guest", message, "firnd thaws it by itself; wait for its job");
}

static void
examine_warnings(Diagnosis *self)
{
    g_autoptr(GVariant) warnings = g_variant_ref_sink(firn_warnings_of(self->vm, NULL));
    g_autofree char *remedy =
        g_strdup_printf("see to that, then: firn verify %s --repair", firn_vm_get_name(self->vm));
    GVariantIter iter;
    const char *word, *sentence;

    g_variant_iter_init(&iter, warnings);
    while (g_variant_iter_next(&iter, "(&s&s)", &word, &sentence))
        add(self, word, "error", "snapshots", sentence, remedy);
}

static void
report_monitor(Diagnosis *self, GVariant *plan)
{
    const char *state = "unknown";

    g_variant_lookup(plan, "state", "&s", &state);
    if (g_str_equal(state, "unknown"))
        add(self,
            "MonitorSilent",
            "error",
            "monitor",
            "QEMU's monitor does not answer",
            "look whether somebody else holds the socket, and whether QEMU hangs");
    else
        add(self,
            "Monitor",
            "ok",
            "monitor",
            g_str_equal(state, "off") ? "the VM is off: no QEMU runs" : "answers",
            "");
}

static void
report_agent(Diagnosis *self, GVariant *plan)
{
    g_autoptr(GVariant) file_systems = NULL;
    const char *state = "";
    const char *agent = "";
    g_autofree char *message = NULL;

    g_variant_lookup(plan, "state", "&s", &state);
    g_variant_lookup(plan, "agent", "&s", &agent);
    if (g_str_equal(state, "off")) {
        add(self, "Agent", "ok", "guest agent", "not needed while the VM is off", "");
        return;
    }
    if (*agent == '\0') {
        add(self,
            "AgentAbsent",
            "warning",
            "guest agent",
            "does not answer: snapshots are like after a power cut",
            "install and start qemu-guest-agent in the guest, and give the VM its channel");
        return;
    }
    file_systems = g_variant_lookup_value(plan, "file-systems", NULL);
    message = g_strdup_printf("version %s; %" G_GSIZE_FORMAT " mounted file systems can be frozen",
                              agent,
                              file_systems == NULL ? 0 : g_variant_n_children(file_systems));
    add(self, "Agent", "ok", "guest agent", message, "");
}

static void
report_disks(Diagnosis *self, GVariant *plan)
{
    g_autoptr(GVariant) disks = g_variant_lookup_value(plan, "disks", G_VARIANT_TYPE("a(ssst)"));
    GVariantIter iter;
    const char *target, *backend, *path;
    guint64 size;

    if (disks == NULL)
        return;
    g_variant_iter_init(&iter, disks);
    while (g_variant_iter_next(&iter, "(&s&s&st)", &target, &backend, &path, &size)) {
        g_autofree char *subject = g_strdup_printf("disk %s", target);
        g_autofree char *size_text = firn_size_text(size);
        g_autofree char *message = g_strdup_printf("%s, %s, %s",
                                                   *backend == '\0' ? "no backend" : backend,
                                                   size_text,
                                                   path);

        add(self, "Disk", *backend == '\0' ? "warning" : "ok", subject, message, "");
    }
}

/* Neither says anything about the VM: the limit is reported as such, the name is only a proposal.
 */
static gboolean
is_about_vm(const char *code)
{
    return !g_str_equal(code, "LimitReached") && !g_str_equal(code, "NameTaken");
}

static guint
report_blockers(Diagnosis *self, GVariant *plan)
{
    g_autoptr(GVariant) blockers =
        g_variant_lookup_value(plan, "blockers", G_VARIANT_TYPE("a(ssss)"));
    GVariantIter iter;
    const char *code, *subject, *message, *remedy;
    guint n = 0;

    if (blockers == NULL)
        return 0;
    g_variant_iter_init(&iter, blockers);
    while (g_variant_iter_next(&iter, "(&s&s&s&s)", &code, &subject, &message, &remedy)) {
        if (!is_about_vm(code))
            continue;
        add(self, code, "error", subject, message, remedy);
        n++;
    }
    return n;
}

static void
report_outlook(Diagnosis *self, GVariant *plan)
{
    const char *verdict = "";
    gboolean is_crash;

    g_variant_lookup(plan, "expected-verdict", "&s", &verdict);
    is_crash = g_str_equal(verdict, "crash");
    add(self,
        "Ready",
        is_crash ? "warning" : "ok",
        "snapshot",
        is_crash ? "would be like after a power cut" : "would be consistent",
        "");
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Diagnosis *self = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) plan = firn_create_plan_finish(result, &error);

    if (plan == NULL) {
        add(self, "Unplannable", "error", "VM", error->message, "");
    } else {
        report_monitor(self, plan);
        report_agent(self, plan);
        report_disks(self, plan);
        if (report_blockers(self, plan) == 0)
            report_outlook(self, plan);
    }
    g_task_return_pointer(task,
                          g_variant_ref_sink(g_variant_builder_end(&self->findings)),
                          (GDestroyNotify)g_variant_unref);
}

void
firn_diagnosis_async(FirnVm *vm,
                     FirnBackend *backend,
                     FirnAuthority *authority,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
    Diagnosis *self = g_new0(Diagnosis, 1);

    self->vm = g_object_ref(vm);
    self->authority = g_object_ref(authority);
    g_variant_builder_init(&self->findings, G_VARIANT_TYPE(FIRN_DIAGNOSIS_TYPE));
    g_task_set_task_data(task, self, (GDestroyNotify)diagnosis_free);
    examine_authority(self);
    examine_catalogue(self);
    examine_frozen(self);
    examine_warnings(self);
    firn_create_plan_async(firn_create_params_new(vm, backend),
                           NULL,
                           on_planned,
                           g_steal_pointer(&task));
}

GVariant *
firn_diagnosis_finish(GAsyncResult *result)
{
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
