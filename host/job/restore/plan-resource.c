/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-resource.h"

#include "printable.h"

typedef struct {
    char *kind; /* (owned) */
    char *name; /* (owned) */
    FirnPlanAction action;
    char *message; /* (owned) */
} Resource;

struct _FirnPlanResources {
    GPtrArray *list; /* (owned) (element-type Resource) */
};

static const char *const actions[] = {
    [FIRN_PLAN_ACTION_SAME] = "same",
    [FIRN_PLAN_ACTION_REPLACED] = "replaced",
    [FIRN_PLAN_ACTION_CREATED] = "created",
    [FIRN_PLAN_ACTION_REMOVED] = "removed",
    [FIRN_PLAN_ACTION_MISSING] = "missing",
    [FIRN_PLAN_ACTION_CONFLICT] = "conflict",
};
G_STATIC_ASSERT(G_N_ELEMENTS(actions) == FIRN_PLAN_ACTION_CONFLICT + 1);

static const char *const states[] = {
    [FIRN_PLAN_STATE_PLANNED] = "planned",
    [FIRN_PLAN_STATE_COMPLETED] = "completed",
    [FIRN_PLAN_STATE_FAILED] = "failed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(states) == FIRN_PLAN_STATE_FAILED + 1);

static void
free_resource(gpointer data)
{
    Resource *resource = data;

    g_free(resource->kind);
    g_free(resource->name);
    g_free(resource->message);
    g_free(resource);
}

FirnPlanResources *
firn_plan_resources_new(void)
{
    FirnPlanResources *self = g_new0(FirnPlanResources, 1);

    self->list = g_ptr_array_new_with_free_func(free_resource);
    return self;
}

void
firn_plan_resources_free(FirnPlanResources *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->list);
    g_free(self);
}

static Resource *
find(FirnPlanResources *self, const char *kind, const char *name)
{
    for (guint i = 0; i < self->list->len; i++) {
        Resource *resource = self->list->pdata[i];

        if (g_str_equal(resource->kind, kind) && g_str_equal(resource->name, name))
            return resource;
    }
    return NULL;
}

static Resource *
add(FirnPlanResources *self, const char *kind, const char *name)
{
    Resource *resource = g_new0(Resource, 1);

    resource->kind = g_strdup(kind);
    resource->name = g_strdup(name);
    g_ptr_array_add(self->list, resource);
    return resource;
}

/* Names and messages contain texts from the XML. */
void
firn_plan_resources_add(FirnPlanResources *self,
                        const char *kind,
                        const char *name,
                        FirnPlanAction action,
                        const char *format,
                        ...)
{
    g_autofree char *printable = firn_printable(name);
    Resource *resource = find(self, kind, printable);
    g_autofree char *message = NULL;
    va_list args;

    if (resource != NULL && resource->action >= action)
        return;
    if (resource == NULL)
        resource = add(self, kind, printable);
    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    resource->action = action;
    g_free(resource->message);
    resource->message = firn_printable_clip(message, FIRN_PRINTABLE_SENTENCES);
}

GVariant *
firn_plan_resources_to_variant(const FirnPlanResources *self, FirnPlanState state)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(sssss)"));
    for (guint i = 0; i < self->list->len; i++) {
        const Resource *resource = self->list->pdata[i];
        gboolean is_lacking = resource->action >= FIRN_PLAN_ACTION_MISSING;

        g_variant_builder_add(
            &builder,
            "(sssss)",
            resource->kind,
            resource->name,
            actions[resource->action],
            resource->message,
            states[is_lacking && state == FIRN_PLAN_STATE_COMPLETED ? FIRN_PLAN_STATE_FAILED
                                                                    : state]);
    }
    return g_variant_builder_end(&builder);
}
