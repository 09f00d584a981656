/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/* One change of a catalogue: FIRN_TEST_CHANGE(catalogue, &error, remove, uuid) applies
 * firn_catalogue_transaction_remove() and commits; TRUE if both succeed. */
#define FIRN_TEST_CHANGE(catalogue, error, operation, ...)                                         \
    ({                                                                                             \
        FirnCatalogue *changed = (catalogue);                                                      \
        g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(changed, error);         \
                                                                                                   \
        change != NULL &&firn_catalogue_transaction_##operation(change, __VA_ARGS__, error) &&     \
            firn_catalogue_commit(changed, change, error);                                         \
    })

/* The same with an operation that cannot fail, or a value of the transaction to set:
 * FIRN_TEST_SET(catalogue, &error, change->policy = policy). */
#define FIRN_TEST_SET(catalogue, error, operation)                                                 \
    ({                                                                                             \
        FirnCatalogue *changed = (catalogue);                                                      \
        g_autoptr(FirnCatalogueTransaction) change = firn_catalogue_begin(changed, error);         \
                                                                                                   \
        if (change != NULL)                                                                        \
            operation;                                                                             \
        change != NULL &&firn_catalogue_commit(changed, change, error);                            \
    })
