/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-follow.h"

#include "host-error.h"

#define WAITS     "firn-follow-waits"
#define GIVEN_UP  "firn-follow-given-up"
#define ABANDONED "firn-follow-abandoned"

void
firn_vm_follow_begin(FirnVm *vm)
{
    g_object_set_data(G_OBJECT(vm), WAITS, vm);
}

void
firn_vm_follow_end(FirnVm *vm)
{
    g_object_set_data(G_OBJECT(vm), WAITS, NULL);
}

gboolean
firn_vm_follow_is_on(FirnVm *vm)
{
    return g_object_get_data(G_OBJECT(vm), WAITS) != NULL;
}

void
firn_vm_follow_give_up(FirnVm *vm)
{
    g_object_set_data(G_OBJECT(vm), GIVEN_UP, vm);
}

gboolean
firn_vm_follow_is_given_up(FirnVm *vm)
{
    return g_object_get_data(G_OBJECT(vm), GIVEN_UP) != NULL;
}

void
firn_vm_follow_abandon(FirnVm *vm)
{
    g_object_set_data(G_OBJECT(vm), ABANDONED, vm);
}

gboolean
firn_vm_follow_check(FirnVm *vm, GError **error)
{
    if (g_object_get_data(G_OBJECT(vm), ABANDONED) == NULL)
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_VM_UNREACHABLE,
        "%s has not reported the result of its last command, and firn was told not to wait "
        "any longer; once it responds, finish the job with: firn verify %s --repair",
        firn_vm_get_source(vm),
        firn_vm_get_name(vm));
}

void
firn_vm_follow_renew(FirnVm *vm)
{
    g_object_set_data(G_OBJECT(vm), GIVEN_UP, NULL);
    g_object_set_data(G_OBJECT(vm), ABANDONED, NULL);
}
