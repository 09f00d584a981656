/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend.h"

G_DEFINE_INTERFACE(FirnBackend, firn_backend, G_TYPE_OBJECT)

static void
firn_backend_default_init(FirnBackendInterface *interface)
{
}

const char *
firn_backend_get_name(FirnBackend *self)
{
    return FIRN_BACKEND_GET_IFACE(self)->name;
}

/* Records have the backend's name alone, and are read without the backend. */
const char *
firn_backend_find_image_format(const char *name)
{
    if (g_str_has_prefix(name, "lvm-"))
        return g_str_equal(name, "lvm-thin") || g_str_equal(name, "lvm-thick") ? "raw" : NULL;
    return g_str_equal(name, "qcow2") ? "qcow2" : NULL;
}

void
firn_backend_check(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers)
{
    FIRN_BACKEND_GET_IFACE(self)->check(self, cut, blockers);
}

gboolean
firn_backend_prepare(FirnBackend *self, const FirnCut *cut, GError **error)
{
    return FIRN_BACKEND_GET_IFACE(self)->prepare(self, cut, error);
}

gboolean
firn_backend_take(FirnBackend *self, const FirnCut *cut, GError **error)
{
    return FIRN_BACKEND_GET_IFACE(self)->take(self, cut, error);
}

gboolean
firn_backend_verify(FirnBackend *self, const FirnCut *cut, GError **error)
{
    return FIRN_BACKEND_GET_IFACE(self)->verify(self, cut, error);
}

gboolean
firn_backend_discard(FirnBackend *self, const FirnCut *cut, GError **error)
{
    return FIRN_BACKEND_GET_IFACE(self)->discard(self, cut, error);
}

void
firn_backend_check_revert(FirnBackend *self, const FirnCut *cut, GPtrArray *blockers)
{
    FIRN_BACKEND_GET_IFACE(self)->check_revert(self, cut, blockers);
}

gboolean
firn_backend_revert(FirnBackend *self, const FirnCut *cut, GError **error)
{
    return FIRN_BACKEND_GET_IFACE(self)->revert(self, cut, error);
}
