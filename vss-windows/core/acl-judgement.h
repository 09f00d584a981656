/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/**
 * FirnAclFault:
 * @FIRN_ACL_GOOD: only trusted accounts can change the object
 * @FIRN_ACL_UNREADABLE: not a security descriptor that this file can read
 * @FIRN_ACL_OWNER: another account owns it, and may thus change its access list
 * @FIRN_ACL_NO_LIST: it has no access list, and everyone may do everything
 * @FIRN_ACL_WRITABLE: an entry lets another account change it, or what will be created in it
 *
 * What is wrong with who may change a file or a folder.
 */
typedef enum {
    FIRN_ACL_GOOD,
    FIRN_ACL_UNREADABLE,
    FIRN_ACL_OWNER,
    FIRN_ACL_NO_LIST,
    FIRN_ACL_WRITABLE,
} FirnAclFault;

/**
 * firn_acl_judgement_make:
 * @sddl: owner and access list in the security descriptor definition language, as
 * ConvertSecurityDescriptorToStringSecurityDescriptor() writes them
 * @own_sid: (nullable): "S-1-..." of the account that would run the hook
 *
 * Judges whether hooks may be run from there by a service that may do everything. Trusted are
 * SYSTEM, Administrators, the installer of Windows, and @own_sid, which could do by itself what a
 * hook does. Whatever is not understood is a fault.
 *
 * Returns: FIRN_ACL_GOOD, or the first fault
 */
FirnAclFault firn_acl_judgement_make(const char *sddl, const char *own_sid);

/**
 * firn_acl_fault_describe:
 *
 * Returns: what is wrong, in words for an administrator
 */
const char *firn_acl_fault_describe(FirnAclFault fault);
