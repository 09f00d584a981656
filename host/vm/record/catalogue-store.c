/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue-store.h"

#include <string.h>

#include "state-dir.h"

#define SUFFIX ".json"

struct _FirnCatalogueStore {
    grefcount references;
    char *directory; /* (owned) */
    FirnPolicy profile;
    GHashTable *catalogues; /* (owned) (element-type utf8 FirnCatalogue) UUID -> catalogue */
};

FirnCatalogueStore *
firn_catalogue_store_new(const char *directory, const FirnPolicy *profile)
{
    FirnCatalogueStore *self = g_new0(FirnCatalogueStore, 1);

    g_ref_count_init(&self->references);
    self->directory = g_strdup(directory);
    self->profile = *profile;
    self->catalogues = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    return self;
}

FirnCatalogue *
firn_catalogue_store_get(FirnCatalogueStore *self, const char *vm_uuid, const char *vm_name)
{
    FirnCatalogue *catalogue = g_hash_table_lookup(self->catalogues, vm_uuid);

    if (catalogue != NULL && firn_catalogue_get_damage(catalogue) == NULL) {
        if (vm_name != NULL)
            firn_catalogue_set_vm_name(catalogue, vm_name);
        return catalogue;
    }
    catalogue = firn_catalogue_open(self->directory, vm_uuid, vm_name, &self->profile);
    g_hash_table_replace(self->catalogues, g_strdup(vm_uuid), catalogue);
    return catalogue;
}

GPtrArray *
firn_catalogue_store_list(FirnCatalogueStore *self)
{
    g_autoptr(FirnStateDir) directory =
        firn_state_dir_new(self->directory, FIRN_DURABILITY_FLUSHED);
    g_autoptr(GPtrArray) names = firn_state_dir_list(directory, SUFFIX, NULL);
    GPtrArray *uuids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *uuid = g_strndup(name, strlen(name) - strlen(SUFFIX));

        if (g_uuid_string_is_valid(uuid))
            g_ptr_array_add(uuids, g_steal_pointer(&uuid));
    }
    return uuids;
}

FirnCatalogueStore *
firn_catalogue_store_ref(FirnCatalogueStore *self)
{
    g_ref_count_inc(&self->references);
    return self;
}

void
firn_catalogue_store_unref(FirnCatalogueStore *self)
{
    if (!g_ref_count_dec(&self->references))
        return;
    g_hash_table_unref(self->catalogues);
    g_free(self->directory);
    g_free(self);
}
