/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-xml.h"

/* A domain's XML is about 15 kB; libvirt's own limit is higher. */
#define FIRN_HOOK_REQUEST_BYTES_MAX (1024 * 1024)

/**
 * FirnHookOperation:
 * @FIRN_HOOK_OPERATION_OTHER: one that firn always permits, or that this version does not know
 * @FIRN_HOOK_OPERATION_PREPARE: a domain is about to be started
 * @FIRN_HOOK_OPERATION_RESTORE: it is about to be started from saved RAM
 * @FIRN_HOOK_OPERATION_MIGRATE: it is about to arrive from another host
 *
 * The operation for which libvirt runs the hook. Source: https://libvirt.org/hooks.html
 */
typedef enum {
    FIRN_HOOK_OPERATION_OTHER,
    FIRN_HOOK_OPERATION_PREPARE,
    FIRN_HOOK_OPERATION_RESTORE,
    FIRN_HOOK_OPERATION_MIGRATE,
} FirnHookOperation;

/**
 * FirnHookRequest:
 * @operation: the operation
 * @xml: the domain, as libvirt describes it
 * @domain: @xml, parsed
 *
 * One request of libvirt's hook.
 */
typedef struct {
    FirnHookOperation operation;
    char *xml;             /* (owned) */
    FirnDomainXml *domain; /* (owned) */
} FirnHookRequest;

/**
 * firn_hook_request_parse:
 * @text: (nullable): the operation on a line, then the domain's XML; %NULL if empty
 * @length: its length in bytes
 *
 * Errors: %FIRN_HOST_ERROR_INVALID_ARGUMENT, %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the request; %NULL with @error set
 */
FirnHookRequest *firn_hook_request_parse(const char *text, gsize length, GError **error);

void firn_hook_request_free(FirnHookRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnHookRequest, firn_hook_request_free)
